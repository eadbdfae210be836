"""Files that are made to break the reader, or to have it follow where they lead."""

import io
import json
import os
import random
import stat
import tempfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.sandbox import scratch
from autograder.submission import choosing, unpack
from autograder.submission.policy import heading_of
from tests.submission.files import NOTEBOOK, OTHER, folder, read, students, zipped


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
    with pytest.raises(FileNotFoundError):  # which is nobody's zero
        read(tmp_path / "gone.py")
    (tmp_path / "empty").mkdir()
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


def test_a_heading_with_a_long_gap_is_read_once() -> None:
    """By the square of its length this would take an hour."""
    assert heading_of(f"# 1.1 Why{' ' * 500_000}x (3 points)") == f"# 1.1 Why{' ' * 500_000}x"


def barely_packed(size: int) -> bytes:
    """As much as a zip may hold for its size: zeros, and enough that cannot be packed."""
    return zipped({"data.bin": random.Random(0).randbytes(size // 150) + bytes(size - size // 150)})


def test_all_zips_of_a_hand_in_have_its_room_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "_MAX_TOTAL", 64 << 20)
    big = barely_packed(24 << 20)
    beside = {"x.ipynb": NOTEBOOK} | {f"{n}/z.zip": big for n in range(8)}
    packed = zipped({"x.ipynb": NOTEBOOK, "data.bin": bytes(15 << 20)})
    for name, files in {
        "beside": beside,
        "attempts": {f"attempt {n}.zip": packed for n in range(12)},
    }.items():
        (tmp_path / f"{name}.zip").write_bytes(zipped(files))
        tracemalloc.start()
        read(tmp_path / f"{name}.zip")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 80 << 20, name


def test_a_name_that_is_taken_is_not_written_twice(tmp_path: Path) -> None:
    """Wherever the files come from: a box cannot write both `a` and `a/b`."""
    writes = json.dumps(
        {"cells": [{"cell_type": "code", "source": s} for s in ("%%writefile a\n1", "x = 1")]}
    )
    for name, files in {
        "cell": {"x.ipynb": writes.encode(), "a/b": b"1"},
        "zip": {"x.ipynb": NOTEBOOK, "a": b"1", "z.zip": zipped({"a/b": b"2"})},
        "zips": {"x.ipynb": NOTEBOOK, "y.zip": zipped({"a": b"2"}), "z.zip": zipped({"a/b": b"2"})},
        "attempt": {
            "attempt 1/x.ipynb": NOTEBOOK,
            "attempt 2/x.ipynb": OTHER,
            "attempt 2/a": b"1",
            "a/b": b"2",
        },
    }.items():
        (tmp_path / f"{name}.zip").write_bytes(zipped(files))
        there = read(tmp_path / f"{name}.zip").files
        assert len({"a", "a/b"} & there.keys()) == 1, name


def test_a_cell_writes_no_file_whose_name_no_file_system_takes(tmp_path: Path) -> None:
    """A hundred characters of three bytes."""
    cells = [{"cell_type": "code", "source": s} for s in (f"%%writefile {'語' * 100}\nx", "x = 1")]
    (tmp_path / "x.ipynb").write_text(json.dumps({"cells": cells}))
    assert read(tmp_path / "x.ipynb").files == {}


def test_each_of_many_notebooks_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    document_of = choosing.document_of
    monkeypatch.setattr(
        choosing, "document_of", lambda data, file: asked.append(file) or document_of(data, file)
    )
    notebooks = {"x.ipynb": NOTEBOOK} | {f"more/{n}.ipynb": OTHER for n in range(30)}
    (tmp_path / "many.zip").write_bytes(zipped(notebooks))
    assert read(tmp_path / "many.zip").cells[0].source == "x = 1"
    assert len(asked) == len(notebooks)


def test_folders_without_end_are_one_sentence(tmp_path: Path) -> None:
    """Deeper than any path is long, and than Python calls itself."""
    folder(tmp_path / "class", {"ada/x.ipynb": NOTEBOOK, "eve/x.ipynb": NOTEBOOK})
    here = os.open(tmp_path / "class/eve", os.O_RDONLY)
    for _ in range(3_000):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    assert students(tmp_path / "class") == ["ada", "eve"]
    assert "too deep" in (read(tmp_path / "class/eve").problem or "")
    scratch.remove(tmp_path / "class")  # pytest could not


def test_a_name_steers_no_terminal() -> None:
    assert unpack.printable("a\x1b[31m\x9b31m\u202eb.txt") == "a_[31m_31m_b.txt"


@pytest.mark.parametrize("line", ["import " + "a." * 9_000 + "b", "x = f'" + "{y}" * 9_000 + "'"])
@pytest.mark.parametrize("between", ["", "\\\n"])
def test_a_line_that_python_reads_by_its_square_is_refused(tmp_path: Path, line: str, between: str) -> None:
    """Half a million characters of these take it a minute, each time."""
    source = line.replace("}", f"}}{between}").replace(".", f".{between}")
    for path, data in {"x.ipynb": [{"cell_type": "code", "source": source}], "x.py": None}.items():
        (tmp_path / path).write_text(json.dumps({"cells": data}) if data else source)
        assert "line of code that is too long" in (read(tmp_path / path).problem or "")


def test_many_numbers_on_a_line_are_read(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(f"import torch\nx = torch.tensor([{'0.5, ' * 20_000}])\n")
    assert read(tmp_path / "x.py").problem is None
