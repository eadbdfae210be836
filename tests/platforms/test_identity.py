"""Who is who, over several downloads in every platform's form: nobody is swapped, lost or doubled."""

import csv
import io
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course.layout import CourseError
from autograder.grading.attribution import attributed
from autograder.platforms.class_lists import read_class_list
from autograder.platforms.exports import canvas_grades, moodle_grades
from autograder.platforms.intake import take_in
from autograder.results.class_list import Student, by_name_alone, found_in, names_of, with_list
from autograder.submission.find import Found, find_submissions
from autograder.submission.policy import Policy
from tests.reports.fake import make_result

People = Mapping[str, str]  # name by id


def _files(root: Path, names: Mapping[str, str]) -> Path:
    """Files by path, each with the id of its student in it."""
    for name, identity in names.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(identity)
    return root


def canvas(root: Path, people: People) -> Path:
    return _files(root, {f"{name}_{i}_99{n}_lab.ipynb": i for n, (i, name) in enumerate(people.items())})


def moodle(root: Path, people: People) -> Path:
    return _files(root, {f"{name}_{i}_assignsubmission_file_/lab.ipynb": i for i, name in people.items()})


def gradescope(root: Path, people: People) -> Path:
    _files(root, {f"submission_{n}/lab.ipynb": i for n, i in enumerate(people)})
    text = "".join(
        f"submission_{n}:\n  :submitters:\n  - :name: {name}\n    :sid: '{i}'\n    :email: {i}@x.org\n"
        for n, (i, name) in enumerate(people.items())
    )
    (root / "submission_metadata.yml").write_text(text)
    return root


def nbgrader(root: Path, people: People) -> Path:
    return _files(root / "submitted", {f"{i}/lab/lab.ipynb": i for i in people})


def github(root: Path, people: People) -> Path:
    for i in people:
        _files(root, {f"lab-{i}/lab.ipynb": i, f"lab-{i}/.git/config": ""})
    return root


FORMS = (canvas, moodle, gradescope, nbgrader, github)
CLASSES = st.dictionaries(
    st.integers(1, 40).map(str), st.sampled_from(["Ada", "Wei Zhang", "Ben"]), min_size=1, max_size=6
)


def handed_in(
    folder: Path, form: Callable[[Path, People], Path], people: People, known: Sequence[Student]
) -> tuple[list[Found], tuple[Student, ...]]:
    taken = folder / "in"
    take_in(form(folder / "download", people), taken, "lab" if form is github else "")
    return attributed(find_submissions([taken], Policy(assignment="lab")), known, (), folder / "out")


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=15, deadline=None)
@given(first=CLASSES, second=CLASSES, shuffled=st.randoms(use_true_random=False))
def test_a_key_is_the_same_person_in_every_download(
    form: Callable[[Path, People], Path], first: People, second: People, shuffled: "object"
) -> None:
    """Joiners, leavers, people renamed, several of one name, and any order."""
    order = list(second.items())
    shuffled.shuffle(order)  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as folder:
        before, known = handed_in(Path(folder, "1"), form, first, ())
        after, students = handed_in(Path(folder, "2"), form, dict(order), known)
        for found, people in ((before, first), (after, second)):
            owners = {one.student: (one.path / "lab.ipynb").read_text() for one in found}
            assert owners == {i: i for i in people}
        assert {one.student for one in students} == {*first, *second}
        if form in (canvas, moodle, gradescope):
            assert {one.student: one.name for one in students} == {**first, **second}


@given(CLASSES, st.data())
def test_exports_name_everybody_by_their_own_id(people: People, data: st.DataObject) -> None:
    students = {
        i: Student(student=i, platform="canvas", identity=f"{i}000", name=name) for i, name in people.items()
    }
    scores = {i: float(data.draw(st.integers(0, 100))) for i in people}
    results = [make_result(i).model_copy(update={"score": scores[i]}) for i in people]
    rows = list(csv.reader(io.StringIO(canvas_grades(results, students, "Lab").text)))[2:]
    assert {row[1]: float(row[5]) for row in rows} == {f"{i}000": scores[i] for i in people}
    rows = list(csv.reader(io.StringIO(moodle_grades(results, students).text)))[1:]
    assert {row[0]: float(row[3]) for row in rows} == {f"Participant {i}000": scores[i] for i in people}


def test_two_sections_are_one_class(tmp_path: Path) -> None:
    one, _ = handed_in(tmp_path / "a", moodle, {"1": "Ada"}, ())
    both, students = attributed(
        [*one, *handed_in(tmp_path / "b", moodle, {"2": "Ada"}, ())[0]], (), (), tmp_path
    )
    assert [found.student for found in both] == ["1", "2"]
    assert names_of(students) == {"1": "Ada (1)", "2": "Ada (2)"}


def test_what_cannot_be_sure_stops_and_asks(tmp_path: Path) -> None:
    one, known = handed_in(tmp_path / "a", moodle, {"1": "Ada"}, ())
    again, _ = handed_in(tmp_path / "b", moodle, {"1": "Ada"}, ())
    with pytest.raises(CourseError, match="would both be 1's"):
        attributed([*one, *again], (), (), tmp_path)
    with pytest.raises(CourseError, match="canvas and moodle"):
        handed_in(tmp_path / "c", canvas, {"1": "Ada"}, known)
    for name in ("ben.zip", "ben/lab.ipynb"):
        _files(tmp_path / "plain", {name: "ben"})
    found = find_submissions([tmp_path / "plain"], Policy(assignment="x"))
    with pytest.raises(CourseError, match="would both be ben's"):
        attributed(found, (), (), tmp_path)


def test_an_address_stands_in_for_an_id_until_there_is_one() -> None:
    known = Student(student="ada_x.org", platform="gradescope", identity="ada@x.org", email="ada@x.org")
    now = Student(student="7", platform="gradescope", identity="7", email="Ada@x.org")
    (one,) = with_list([known], [now])
    assert (one.student, one.left) == ("ada_x.org", False)


def table(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


LISTS = {
    "canvas": "Student,ID,SIS User ID,SIS Login ID,Section,Lab\n    Points Possible,,,,,100\n"
    '"Lovelace, Ada",1,,,A,\n"Student, Test",9,,,A,\n',
    "moodle": "Identifier,Full name,Email address,Grade\nParticipant 1,Ada Lovelace,ada@x.org,-\n",
    "gradescope": "First Name,Last Name,SID,Email,Role\nAda,Lovelace,1,ada@x.org,Student\nT,A,3,t@x,TA\n",
    "github": "identifier,github_username,github_id,name\nAda Lovelace,1,77,\n",
    "nbgrader": "id,first_name,last_name,email\n1,Ada,Lovelace,ada@x.org\n",
    "semicolons": "id;name\n1;Ada Lovelace\n",
}


@pytest.mark.parametrize("form", LISTS)
def test_class_lists_of_every_form(tmp_path: Path, form: str) -> None:
    (one,) = read_class_list(table(tmp_path / "list.csv", LISTS[form]))
    assert (one.student, one.identity, one.name) == ("1", "1", "Ada Lovelace")


def test_a_list_decides_who_is_in(tmp_path: Path) -> None:
    known = [Student(student=i, platform="canvas", identity=i, name="Wei Zhang") for i in ("1", "2")]
    text = "id,name,group,due\n2,Wei Li,g,2026-10-08T23:59:00+02:00\n3,Wei Zhang,g,\n"
    students = with_list(known, read_class_list(table(tmp_path / "list.csv", text)))
    assert [(one.student, one.name, one.left) for one in students] == [
        ("1", "Wei Zhang", True),
        ("2", "Wei Li", False),
        ("3", "Wei Zhang", False),
    ]
    assert students[1].due is not None
    assert students[2].due is None


def test_folders_that_people_named_are_known_by_name(tmp_path: Path) -> None:
    _files(tmp_path / "in", {"Ada Lovelace/lab.ipynb": "1", "Zed/lab.ipynb": "?"})
    listed = read_class_list(table(tmp_path / "l.csv", "id,name\n1,Ada Lovelace\n2,Ben\n"))
    found = find_submissions([tmp_path / "in"], Policy(assignment="x"))
    mine, students = attributed(found, (), listed, tmp_path)
    assert [one.student for one in mine] == ["Ada Lovelace", "Zed"]
    assert {one.student: one.left for one in students} == {"Ada Lovelace": False, "Zed": True, "2": False}
    _files(tmp_path / "again", {"Ben/lab.ipynb": "2"})
    (ben,), _ = attributed(find_submissions([tmp_path / "again"], Policy()), students, (), tmp_path)
    assert ben.student == "2"


def test_what_a_group_hands_in_is_each_members(tmp_path: Path) -> None:
    known = [Student(student=name, group="g") for name in ("ada", "ben")]
    _files(tmp_path / "in", {"ada/lab.ipynb": "1"})
    found, _ = attributed(find_submissions([tmp_path / "in"], Policy()), known, (), tmp_path)
    assert [(one.student, one.path.name) for one in found] == [("ada", "ada"), ("ben", "ada")]
    _files(tmp_path / "in", {"ben/lab.ipynb": "2"})
    found = find_submissions([tmp_path / "in"], Policy())
    assert [one.path.name for one in attributed(found, known, (), tmp_path)[0]] == ["ada", "ben"]
    with pytest.raises(CourseError, match="In group g, ada and ben handed in"):
        attributed(found, [*known, Student(student="eve", group="g")], (), tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n", "is no class list"),
        ("id\n", "no row of a student"),
        ("id\n1\n1\n", "has 1 twice"),
        ("id,due\n1,soon\n", "1 has time until 'soon'"),
    ],
)
def test_a_list_that_is_none_is_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(CourseError, match=says):
        read_class_list(table(tmp_path / "list.csv", text))


def test_a_person_is_found_by_key_or_name_and_a_typo_is_told() -> None:
    students = [Student(student=i, name=name) for i, name in (("1", "Ada"), ("2", "Wei"), ("3", "Wei"))]
    assert found_in(students, ["1", "2", "3"], "Ada") == "1"
    with pytest.raises(CourseError, match="is the name of several: 2, 3"):
        found_in(students, ["1", "2", "3"], "Wei")
    with pytest.raises(CourseError, match="Did you mean Ada"):
        found_in(students, ["1", "2", "3"], "Adda")


def test_a_key_in_a_list_is_no_path(tmp_path: Path) -> None:
    text = "student,name\n../victim,Eve\nindex,Ind\n/tmp/x,Abs\n"
    keys = {one.student for one in read_class_list(table(tmp_path / "list.csv", text))}
    assert not any("/" in key or key == "index" for key in keys)
    (tmp_path / "roster.json").write_text('[{"student": "../victim"}]')
    with pytest.raises(CourseError, match=r"'../victim' cannot be the name of a student's file"):
        read_class_list(tmp_path / "roster.json")


def test_a_person_of_the_name_of_canvas_own_student_is_one(tmp_path: Path) -> None:
    text = 'Student,ID,SIS Login ID\n    Points Possible,,\n"Student, Test",1,\n"Student, Testimony",2,\n'
    (one,) = read_class_list(table(tmp_path / "list.csv", text))
    assert one.name == "Testimony Student"


def test_who_is_somebody_by_name_alone_is_told() -> None:
    known = [Student(student="ada"), Student(student="ben"), Student(student="7", identity="7", name="Cy")]
    listed = [
        Student(student="mallory", identity="mallory", name="ada"),
        Student(student="ben", identity="ben", name="Ben"),
        Student(student="7", identity="7", name="Cy"),
    ]
    assert [(one.student, key) for one, key in by_name_alone(known, listed)] == [("mallory", "ada")]


def test_who_is_somebody_by_address_is_not_told() -> None:
    known = [Student(student="eve", email="e@x.org")]
    listed = [Student(student="9", identity="9", name="Eve", email="E@x.org")]
    assert [one.student for one in with_list(known, listed)] == ["eve"]
    assert by_name_alone(known, listed) == []
