"""Whatever is handed in becomes a row: cells, or one sentence that says what is wrong."""

import io
import json
import os
import random
import stat
import tempfile
import tracemalloc
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.course.layout import CourseError
from autograder.submission import Submission, unpack
from autograder.submission.find import find_submissions, left_out, read_submission, student_name
from autograder.submission.policy import Policy, policy_of

POLICY = Policy(assignment="x")
GIVEN = {"encoder.py"}
OTHER = json.dumps({"cells": [{"cell_type": "code", "source": "x = 2"}]}).encode()
NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": "x = 1"}]}).encode()


def folder(root: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def read(path: Path) -> Submission:
    submission = read_submission(path, POLICY, GIVEN)
    assert len(submission.sha256) == 64
    assert (submission.problem is None) == bool(submission.cells or any(submission.written.values()))
    assert "\n" not in (submission.problem or "")
    return submission


def students(*paths: Path) -> list[str]:
    return [found.student for found in find_submissions(paths, POLICY, GIVEN)]


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


@pytest.mark.parametrize("packed", ["folder", "zip", "wrapped", "zip in folder", "zip in zip"])
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


def test_a_notebook_as_it_was_handed_out_does_not_count_beside_one_that_was_worked_on(tmp_path: Path) -> None:
    """On a hub the lab's zip is unpacked beside the notebook, and may be what was worked in."""
    policy = policy_of(NOTEBOOK.decode())
    both = folder(tmp_path, {"x.ipynb": NOTEBOOK, "x/assignments/x/x.ipynb": OTHER})
    found = read_submission(both, replace(policy, assignment="x"), ())
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


# Hostile


def broken(**changes: object) -> bytes:
    """A zip of one notebook whose only entry's header was changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("x.ipynb")
        for name, value in changes.items():
            setattr(info, name, value)
        archive.writestr(info, NOTEBOOK)
    return out.getvalue()


def encrypted() -> bytes:
    data = bytearray(zipped({"x.ipynb": NOTEBOOK}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    return bytes(data)


LINK = (stat.S_IFLNK | 0o777) << 16


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no readable zip"),
        (zipped({"x.ipynb": NOTEBOOK})[:-30], "no readable zip"),
        (zipped({"x.ipynb": NOTEBOOK * 9}).replace(NOTEBOOK[:5], b"xxxxx"), None),
        (zipped({}), "no notebook and no .py file"),
        (zipped({"notes.txt": b"hi"}), "no notebook and no .py file"),
        (zipped({"../x.ipynb": NOTEBOOK}), "outside the archive"),
        (zipped({"a/../../x.ipynb": NOTEBOOK}), "outside the archive"),
        (zipped({"..\\x.ipynb": NOTEBOOK}), "outside the archive"),
        (zipped({"/etc/x.ipynb": NOTEBOOK}), "outside the archive"),
        (zipped({"C:\\x.ipynb": NOTEBOOK}), "outside the archive"),
        (broken(external_attr=LINK), "is a link"),
        (broken(compress_type=zipfile.ZIP_LZMA), "uncommon way"),
        (encrypted(), "without a password"),
        (zipped({"x.ipynb": bytes(32 * 2**20)}), "too large"),
        (zipped({f"{number}.txt": b"" for number in range(2_001)}), "more than 2000 files"),
        (zipped({"a": b"", "a/x.ipynb": NOTEBOOK}), "as a file and as a folder"),
        (zipped({"n" * 201 + ".ipynb": NOTEBOOK}), "too long or too deep"),
        (zipped({"d/" * 21 + "x.ipynb": NOTEBOOK}), "too long or too deep"),
        (zipped({"a.zip": zipped({"b.zip": zipped({"x.ipynb": NOTEBOOK})})}), "no notebook and no .py file"),
        (zipped({"a.zip": zipped({"../x.ipynb": NOTEBOOK})}), "outside the archive"),
        (zipped({"x.ipynb": b"{}"}), "no list of cells"),
        (zipped({"x.ipynb": b'{"cells": []}'}), "neither code nor answers"),
    ],
)
def test_a_bad_zip_is_one_sentence(tmp_path: Path, data: bytes, told: str | None) -> None:
    (tmp_path / "me.zip").write_bytes(data)
    problem = read(tmp_path / "me.zip").problem
    assert (told is None and problem) or (told and problem and told in problem)


def test_sizes_are_capped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "_MAX_TOTAL", 1_000)
    big = {"x.ipynb": NOTEBOOK, "a.bin": bytes(600), "b.bin": bytes(600)}
    (tmp_path / "z.zip").write_bytes(zipped(big))
    (tmp_path / "big.ipynb").write_bytes(bytes(1_001))
    for path in (folder(tmp_path / "me", big), tmp_path / "z.zip", tmp_path / "big.ipynb"):
        assert "too large" in (read(path).problem or "")


def test_no_more_is_unpacked_than_was_announced(tmp_path: Path) -> None:
    """By what the list says a file is small; what is packed in it would take a thousand times as much."""
    data = bytearray(zipped({"x.ipynb": bytes(64 << 20)}))
    for size in (22, data.rfind(b"PK\x01\x02") + 24):
        data[size : size + 4] = (1000).to_bytes(4, "little")
    (tmp_path / "z.zip").write_bytes(data)
    tracemalloc.start()
    assert "no readable zip" in (read(tmp_path / "z.zip").problem or "")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20


def test_links_and_pipes_are_not_followed(tmp_path: Path) -> None:
    secret = folder(tmp_path / "secret", {"x.ipynb": NOTEBOOK})
    for name, target in (("a", secret / "x.ipynb"), ("b", secret)):
        link = tmp_path / name / ("x.ipynb" if name == "a" else "sub")
        link.parent.mkdir()
        link.symlink_to(target)
        assert "is a link" in (read(tmp_path / name).problem or "")
    (tmp_path / "c").mkdir()
    os.mkfifo(tmp_path / "c" / "x.ipynb")
    assert "no regular file" in (read(tmp_path / "c").problem or "")
    assert "no regular file" in (read(tmp_path / "c" / "x.ipynb").problem or "")


def test_other_files_and_names_that_no_encoder_takes(tmp_path: Path) -> None:
    folder(tmp_path, {"a.docx": b""})
    assert (
        read(tmp_path / "a.docx").problem
        == "a.docx is a text document. Hand in the notebook, a .py file, or a zip with them."
    )
    assert "cannot be read" in (read(tmp_path / "gone.py").problem or "")
    assert read(tmp_path / "empty").problem
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\nz.py"))
    odd.write_bytes(b"x = 1")
    submission = read(odd)
    assert submission.cells[0].label == submission.name == "?_z.py"
    submission.student.encode()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=60), st.integers(), st.integers(0, 80), st.booleans())
def test_a_mutated_zip_never_raises(
    tmp_path: Path, junk: bytes, seed: int, cut: int, overwrite: bool
) -> None:
    data = zipped({"x.ipynb": NOTEBOOK, "d/w.pth": bytes(range(99)), "n.zip": zipped({"m.py": b"x = 1"})})
    at = random.Random(seed).randrange(len(data))
    end = at + (len(junk) if overwrite else cut)
    (tmp_path / "me.zip").write_bytes(data[:at] + junk + data[end:])
    submission = read(tmp_path / "me.zip")
    assert submission.problem or submission.cells


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=12), st.binary(max_size=20), max_size=6))
def test_any_names_in_a_zip_can_be_written(tmp_path: Path, files: dict[str, bytes]) -> None:
    # zipfile cannot write a name that begins with a null character.
    named = {"_" + name.encode("utf-8", "replace").decode(): data for name, data in files.items()}
    named |= {name[1:]: data for name, data in named.items() if name[1] != "\0"}
    (tmp_path / "me.zip").write_bytes(zipped({"x.ipynb": NOTEBOOK} | named))
    submission = read(tmp_path / "me.zip")
    if submission.problem is None:
        out = Path(tempfile.mkdtemp(dir=tmp_path))
        folder(out, submission.files)
        assert all(path.resolve().is_relative_to(out.resolve()) for path in out.rglob("*"))


def test_a_submission_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    solution = tmp_path / "solution"
    solution.mkdir()
    (solution / "answers.py").write_text("right = 1\n")
    for name, target in (("eve.py", solution / "answers.py"), ("mallory", solution)):
        link = tmp_path / name
        link.symlink_to(target)
        submission = read(link)
        assert submission.problem == f"{name} is a link: hand in the file itself."
        assert submission.cells == ()


def test_what_a_zip_announces_is_counted_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(70_000):  # more than the small format can say, so the large one says it
            archive.writestr(str(number), b"")
    (tmp_path / "many.zip").write_bytes(packed.getvalue())
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("it was read"))
    problem = read(tmp_path / "many.zip").problem
    assert problem == "many.zip holds more than 50000 files."


@pytest.mark.parametrize("filling", ["1.1," * 6_000_000, f'"{"a" * (65 << 20)}\N{GRINNING FACE}",'])
def test_what_takes_many_times_its_bytes_is_refused_before_it_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filling: str
) -> None:
    notebook = '{"nbformat": 4, "metadata": {"x": [' + filling + '0]}, "cells": []}'
    (tmp_path / "eve.ipynb").write_text(notebook, encoding="utf-8")
    monkeypatch.setattr(json, "loads", lambda *_: pytest.fail("it was parsed"))
    assert "too large to read" in (read(tmp_path / "eve.ipynb").problem or "")
