"""Whatever is handed in becomes a row: cells, or one sentence that says what is wrong."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course.layout import CourseError
from autograder.submission.find import find_submissions, left_out, read_submission, student_name
from autograder.submission.policy import policy_of
from tests.submission.files import GIVEN, NOTEBOOK, OTHER, POLICY, folder, read, students, zipped

# Finding


def test_a_folder_is_a_collection(tmp_path: Path) -> None:
    class_ = folder(
        tmp_path / "class",
        {
            "bea.ipynb": NOTEBOOK,
            "al.py": b"x = 1",
            "cy.zip": b"",
            "dee/x.ipynb": NOTEBOOK,
            "eve/deep/m.py": b"",
            "fay.docx": b"",
            ".hidden.ipynb": b"",
            "__MACOSX/y.ipynb": b"",
            ".ipynb_checkpoints/z.ipynb": b"",
            "__pycache__/m.py": b"",
            "encoder.py": b"",
        },
    )
    assert students(class_) == ["al", "bea", "cy", "dee", "eve"]
    assert left_out([class_], POLICY, GIVEN) == ["fay.docx, a text document"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["x.ipynb"], ["me"]),
        (["x.ipynb", "weights.pth", "encoder.py", "tests/1.2.py", "data/a.csv", ".git/m.py"], ["me"]),
        (["x.ipynb", "bob.py"], ["me"]),  # a module of the student's own
        (["x.ipynb", "Untitled.ipynb", "x-Copy1.ipynb", "x (1).ipynb"], ["me"]),
        (["ada.ipynb", "ada.html", "ada.pth", "ada-trained.pth", "bob.ipynb"], ["ada", "bob"]),
        (["ada.ipynb", "x-trained.pth"], ["ada"]),
        (["ada.ipynb.txt", "bob.rar", "cy.ipynb"], ["ada", "bob", "cy"]),
        (["x.ipynb", "bob/y.ipynb"], ["bob", "x"]),
        (["x.ipynb", "bob.zip"], ["bob", "x"]),
        (["alone.ipynb"], ["alone"]),
        (["a.py", "b.py"], ["a", "b"]),
        ([], []),
    ],
)
def test_a_folder_is_one_submission_where_nothing_else_could_be(
    tmp_path: Path, files: list[str], expected: list[str]
) -> None:
    (tmp_path / "me").mkdir()
    assert students(folder(tmp_path / "me", dict.fromkeys(files, NOTEBOOK))) == expected


def test_names_are_unique_and_fit_for_files(tmp_path: Path) -> None:
    names = [
        "Zoë Ångström",
        "a\nb",
        "a  b",
        "..",
        "Ana",
        "ana",
        "ana-2",
        "x/y",
        "",
        "é" * 200,
        "日本",
        "a;rm -rf *",
    ]
    paths = [
        tmp_path / str(number) / f"{name.replace('/', ':')[:80]}.py" for number, name in enumerate(names)
    ]
    for path in paths:
        folder(path.parent, {path.name: b"x = 1"})
    found = students(*paths)
    assert found[:7] == ["Zoë Ångström", "a b", "a b-2", "unnamed", "Ana", "ana-2", "ana-2-2"]
    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        folder(tmp_path / "results", {f"{name}.json": b""})
    assert len(list((tmp_path / "results").iterdir())) == len(names)


def test_the_same_path_twice_is_one_and_a_missing_one_is_bad_usage(tmp_path: Path) -> None:
    path = folder(tmp_path, {"a.py": b""}) / "a.py"
    assert students(path, path) == ["a"]
    with pytest.raises(CourseError, match=r"nowhere\.py does not exist"):
        students(tmp_path / "nowhere.py")


# Reading


def test_a_notebook_and_a_python_file(tmp_path: Path) -> None:
    folder(tmp_path, {"a.ipynb": NOTEBOOK, "b.py": b"y = 2"})
    # A notebook is called as everybody knows it, whatever name it was handed in under.
    assert [cell.label for cell in read(tmp_path / "a.ipynb").cells] == ["x.ipynb, cell 1"]
    assert read(tmp_path / "b.py").cells[0].source == "y = 2"
    found = find_submissions([tmp_path / "a.ipynb"], POLICY)[0]
    assert read_submission(found, POLICY, GIVEN).student == "a"


@pytest.mark.parametrize(
    "packed", ["folder", "zip", "wrapped", "zip in folder", "zip in zip", "zip beside weights"]
)
def test_a_submission_is_the_same_however_it_is_packed(tmp_path: Path, packed: str) -> None:
    files = {
        "x.ipynb": NOTEBOOK,
        "w.pth": b"weights",
        "sub/m.py": b"y = 1",
        "encoder.py": b"mine",
        ".OTTER_LOG": b"never",
        "__zip_filename__": b"",
        "tests/1.2.py": b"no",
    }
    path = tmp_path / "me"
    if packed == "folder":
        folder(path, files)
    elif packed == "zip in folder":
        folder(path, {"x.zip": zipped(files)})
    elif packed == "zip beside weights":
        folder(path, {"w.pth": files.pop("w.pth"), "x.zip": zipped(files)})
    else:
        path = path.with_suffix(".zip")
        inner = {f"x/{name}": data for name, data in files.items()} if packed == "wrapped" else files
        path.write_bytes(zipped({"x.zip": zipped(inner)} if packed == "zip in zip" else inner))
    submission = read(path)
    assert submission.student == "me"
    assert [cell.label for cell in submission.cells] == ["x.ipynb, cell 1"]
    assert submission.files == {"sub/m.py": b"y = 1", "w.pth": b"weights"}


def test_what_is_left_out_of_a_zip_does_not_count(tmp_path: Path) -> None:
    files = {f".venv/lib/{number}.py": b"" for number in range(2_500)} | {"x.ipynb": NOTEBOOK}
    (tmp_path / "a.zip").write_bytes(zipped(files))
    assert read(tmp_path / "a.zip").cells


def test_what_lies_beside_a_notebook_is_its_own(tmp_path: Path) -> None:
    weights = {"deep/x-trained.pth": b"weights"}
    class_ = folder(
        tmp_path, {"ada.ipynb": NOTEBOOK, "ada.pth": b"w", "ada.html": b"", "bob.ipynb": NOTEBOOK}
    )
    assert read(class_ / "ada.ipynb").files == {"ada.pth": b"w"}
    assert read(class_ / "bob.ipynb").files == {}
    packed = folder(tmp_path / "cy", {"x.ipynb": NOTEBOOK, "w.zip": zipped(weights)})
    assert read(packed).files.keys() == {"w.zip", "deep/x-trained.pth"}


def test_a_file_that_a_cell_writes_is_there(tmp_path: Path) -> None:
    sources = ["%%writefile mine.py\ny = 1", "%%writefile -a mine.py\nz = 2", "%%writefile encoder.py\nno"]
    cells = [{"cell_type": "code", "source": source} for source in [*sources, "%%writefile ../up.py\nno"]]
    cells.append({"cell_type": "code", "source": "import mine"})
    class_ = folder(tmp_path, {"a.ipynb": json.dumps({"cells": cells}).encode()})
    assert read(class_ / "a.ipynb").files == {"mine.py": b"y = 1\nz = 2\n"}


@pytest.mark.parametrize("name", ["x.ipynb.txt", "x.ipynb.json", "x.json", "X (1).ipynb", "x_LATE.txt"])
def test_a_notebook_under_another_name_is_read(tmp_path: Path, name: str) -> None:
    notebook = json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": "x = 1"}]}).encode()
    assert read(folder(tmp_path / "a", {name: notebook, "notes.txt": b"x"})).cells


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"x.pdf": b""}, "Found: x.pdf, a PDF."),
        ({"a.rar": b""}, "a RAR archive: pack the notebook as a zip"),
        ({".x.ipynb.icloud": b""}, "a placeholder of iCloud"),
        ({"1.zip": b"", "2.zip": b""}, "holds 2 zips (1.zip, 2.zip) and no notebook"),
        ({"a/x.ipynb": NOTEBOOK, "b/x.ipynb": OTHER}, "it is unclear which one counts: hand in one of them."),
    ],
)
def test_what_is_refused_is_named(tmp_path: Path, files: dict[str, bytes], told: str) -> None:
    assert told in (read(folder(tmp_path / "a", files)).problem or "")


@pytest.mark.parametrize("name", ["Renée O'Brien, Jr.", "Müller", "李雷", "हिन्दी", "D’Arcy (Ann)", "Núñez·i"])
def test_names_keep_their_characters(name: str) -> None:
    assert student_name(name) == name


def test_of_several_notebooks_the_one_named_like_the_assignment_counts(tmp_path: Path) -> None:
    assert read(folder(tmp_path / "a", {"X.ipynb": NOTEBOOK, "old.ipynb": b"{"})).problem is None
    problem = read(folder(tmp_path / "b", {"1.ipynb": NOTEBOOK, "2.ipynb": OTHER})).problem
    named = folder(tmp_path / "c", {"x.ipynb": NOTEBOOK, "x_FINAL.ipynb": OTHER, "copy of x.ipynb": NOTEBOOK})
    told = ("Of several notebooks `x.ipynb` is graded, and not x_FINAL.ipynb.",)
    assert read(named).form.notes == told
    top = read(folder(tmp_path / "d", {"x.ipynb": NOTEBOOK, "old/x.ipynb": OTHER}))
    assert [cell.source for cell in top.cells] == ["x = 1"]
    assert "not old/x.ipynb" in top.form.notes[0]
    assert problem == (
        "b holds 2 notebooks (1.ipynb, 2.ipynb), and it is unclear which one counts: "
        "hand in one, named x.ipynb."
    )


def test_a_notebook_as_it_was_handed_out_does_not_count_beside_one_that_was_worked_on(
    tmp_path: Path,
) -> None:
    """On a hub the lab's zip is unpacked beside the notebook, and may be what was worked in."""
    policy = replace(policy_of(NOTEBOOK.decode()), assignment="x")
    both = folder(tmp_path, {"x.ipynb": NOTEBOOK, "x/assignments/x/x.ipynb": OTHER})
    found = read_submission(both, policy, ())
    assert [cell.source for cell in found.cells] == ["x = 2"]
    assert found.form.notes == ()


def test_what_is_wrong_names_the_file_as_its_author_called_it(tmp_path: Path) -> None:
    told = read(folder(tmp_path / "a", {"final version.ipynb": b"{"})).problem
    assert told is not None
    assert told.startswith("final version.ipynb is not a notebook")


@pytest.mark.parametrize(("name", "read_as"), [("x", None), ("", None), (7, None), ("y\n", "'y\\n'")])
def test_the_notebook_of_another_assignment_is_told(
    tmp_path: Path, name: object, read_as: str | None
) -> None:
    notebook = json.loads(NOTEBOOK) | {"metadata": {"few_label_labs": {"assignment": name}}}
    told = read(folder(tmp_path / "a", {"x.ipynb": json.dumps(notebook).encode()})).problem
    assert told == (read_as and f"x.ipynb is the notebook of {read_as}, not of 'x'.")


def test_modules_run_by_name_and_can_be_imported(tmp_path: Path) -> None:
    submission = read(
        folder(tmp_path / "a", {"s/main.py": b"import m", "s/m.py": b"y = 1", "s/encoder.py": b"no"})
    )
    assert [cell.label for cell in submission.cells] == ["s/m.py", "s/main.py"]
    assert submission.files == {"m.py": b"y = 1", "main.py": b"import m"}


def test_files_elsewhere_keep_their_path_unless_it_is_taken(tmp_path: Path) -> None:
    files = {"nb/x.ipynb": NOTEBOOK, "nb/w.pth": b"near", "w.pth": b"far", "data/a": b"a", "nb/data": b"file"}
    assert read(folder(tmp_path / "a", files)).files == {"data": b"file", "w.pth": b"near"}


def test_the_digest_is_of_paths_and_bytes(tmp_path: Path) -> None:
    variants = [
        {"x.ipynb": NOTEBOOK, "a": b"b"},
        {"x.ipynb": NOTEBOOK, "a": b"c"},
        {"x.ipynb": NOTEBOOK, "b": b"b"},
        {"x.ipynb": NOTEBOOK},
        {"x.ipynb": b"{"},
        {},
    ]
    digests = []
    for number, files in enumerate(variants):
        (tmp_path / str(number)).mkdir()
        digests.append(read(folder(tmp_path / str(number), files)).sha256)
    assert len(set(digests)) == len(variants)
    (tmp_path / "z.zip").write_bytes(zipped(variants[0]))
    assert read(tmp_path / "z.zip").sha256 == digests[0]
