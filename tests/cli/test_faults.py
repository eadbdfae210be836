"""What the machine refuses is one sentence with the path, and looking makes nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import event
from typer.testing import CliRunner

from autograder.cli import app, told_of_the_machine
from autograder.course.layout import CourseError
from autograder.course.whole import written_whole
from autograder.gradebook import Author, Change, Gradebook, Key, Mark, open_gradebook
from autograder.gradebook.engine import open_engine
from autograder.grading.alone import alone_in
from autograder.reports.store import read_results
from tests.conftest import BeforeReading, HandIn, Run, too_deep_at

# As setuptools finds a package that is installed where it is edited: after all folders of the path.
LAST = """
import os, runpy, sys
from importlib.machinery import PathFinder

root = sys.argv.pop(1)
sys.path[:] = [os.getcwd(), *(path for path in sys.path if path not in ("", root))]

class Last:
    @staticmethod
    def find_spec(name, path=None, target=None):
        above, _, _ = name.rpartition(".")
        if name in ("autograder", "data_utils") or above == "autograder":
            return PathFinder.find_spec(name, [os.path.join(root, above)])

sys.meta_path.append(Last)
os._exit = lambda code: print(sys.modules["autograder"].__file__, code)
runpy.run_module("autograder", run_name="__main__", alter_sys=True)
"""


def test_a_fault_of_the_machine_is_told_with_its_path() -> None:
    said = told_of_the_machine(OSError(28, "No space left on device", "graded/results/ada.partial"))
    assert said.startswith("graded/results/ada.partial: No space left on device. ")
    assert "kept" in said
    assert told_of_the_machine(OSError("odd")).startswith("odd. ")


def test_what_could_not_be_copied_is_told_by_its_first_file() -> None:
    why = "[Errno 28] No space left on device: 'download/x.ipynb' -> 'class/x.ipynb'"
    said = told_of_the_machine(shutil.Error([("download/x.ipynb", "class/x.ipynb", why), ("", "", "")]))
    assert said.startswith("class/x.ipynb: No space left on device. What was")


def test_a_file_is_there_whole_or_as_it_was(tmp_path: Path) -> None:
    """A full disk names no path."""
    path = tmp_path / "grades.csv"

    def write(text: str) -> None:
        with written_whole(path) as unfinished:
            unfinished.write_text(text[:4])
            if len(text) > 4:
                raise OSError(28, "No space left on device")

    write("then")
    with pytest.raises(OSError, match="No space left") as full:
        write("and now")
    assert full.value.filename == str(path)
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {"grades.csv": "then"}
    write("now")
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {"grades.csv": "now"}


def test_a_full_disk_leaves_the_gradebook_as_it_was(tmp_path: Path) -> None:
    """SQLite says the same where it may have no more pages."""
    engine = open_engine(f"sqlite:///{tmp_path}/gradebook.sqlite")
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))
    book = Gradebook(engine)
    long = Change(Key("lab", "ada", "1.1"), Mark(points=1, comment="x" * 100_000), 0)
    with pytest.raises(OSError, match="full") as full:
        book.write([long], Author("ann"))
    assert full.value.filename == f"{tmp_path}/gradebook.sqlite"
    assert book.marks("lab") == {}


def test_looking_makes_no_gradebook(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="there is no such file"):
        open_gradebook(f"sqlite:///{tmp_path}/other.db", make=False)
    assert not list(tmp_path.iterdir())
    (tmp_path / "empty.db").touch()
    with pytest.raises(CourseError, match="holds no gradebook"):
        open_gradebook(f"sqlite:///{tmp_path}/empty.db", make=False)


def test_a_hand_in_that_vanishes_is_no_zero(
    course: Path, hand_in: HandIn, right: str, tmp_path: Path, before_reading: BeforeReading
) -> None:
    room = hand_in(tmp_path / "room", {"ada": right, "ben": right})
    before_reading(lambda _: (room / "ben.ipynb").unlink(missing_ok=True))
    out = tmp_path / "out"
    grade = ["--course", str(course), "grade", "example", str(room), "--out", str(out)]
    done = CliRunner().invoke(app, grade)
    assert isinstance(done.exception, FileNotFoundError), done.output
    assert told_of_the_machine(done.exception).startswith(
        f"{room}/ben.ipynb: No such file or directory. What"
    )
    assert not list(out.rglob("ben*"))
    assert not list(out.rglob("*.partial"))


def test_a_reader_that_fails_costs_one_submission(
    course: Path, hand_in: HandIn, right: str, tmp_path: Path, before_reading: BeforeReading
) -> None:
    room = hand_in(tmp_path / "room", {"ada": right, "ben": right})
    before_reading(too_deep_at("ben"))
    out = tmp_path / "out"
    grade = ["--course", str(course), "grade", "example", str(room), "--out", str(out)]
    done = CliRunner().invoke(app, grade)
    assert done.exit_code == 3, done.output
    results = {one.student: one for one in read_results(out)}
    assert results["ada"].score > 0
    assert {task.status for task in results["ben"].tasks if task.kind != "written"} == {"internal"}
    assert "RecursionError: too deep" in done.output
    assert (out / "report/index.html").exists()


def test_what_two_threads_that_parse_do_to_each_other_costs_nobody(
    course: Path, hand_in: HandIn, right: str, tmp_path: Path, before_reading: BeforeReading
) -> None:
    room, failed = hand_in(tmp_path / "room", {"ada": right}), list[str]()

    def miscounts(student: str) -> None:
        if not failed:
            failed.append(student)
            raise SystemError("AST constructor recursion depth mismatch (before=78, after=133)")

    before_reading(miscounts)
    grade = ["--course", str(course), "grade", "example", str(room), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, grade)
    assert done.exit_code == 0, done.output
    assert failed
    assert read_results(tmp_path / "out")[0].score == 10


@pytest.mark.skipif(
    os.geteuid() == 0, reason="root may write everywhere; tests/sandbox/test_users.py is another"
)
@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_a_folder_that_is_somebody_elses_is_one_sentence(
    course: Path, hand_in: HandIn, right: str, run: Run, tmp_path: Path, mode: int
) -> None:
    room, out = hand_in(tmp_path / "room", {"ada": right}), tmp_path / "out"
    out.mkdir(mode=mode)
    done = run(course, "grade", "example", room, "--out", out)
    assert done.returncode == 3, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(str(out))
    assert "Permission denied. What was finished before is kept" in last
    assert "Traceback" not in done.stderr


def test_one_grading_at_a_time_writes_into_a_folder(course: Path, hand_in: HandIn, tmp_path: Path) -> None:
    room, out = hand_in(tmp_path / "room", {"ada": ""}), tmp_path / "out"
    out.mkdir()
    with alone_in(out):
        done = CliRunner().invoke(
            app, ["--course", str(course), "grade", "example", str(room), "--out", str(out)]
        )
        assert isinstance(done.exception, CourseError)
        assert f"Another grading or judging writes into {out} now" in str(done.exception)
    with alone_in(out):
        assert not list(out.iterdir())


def test_a_course_may_have_a_folder_of_the_engines_name(tmp_path: Path) -> None:
    (tmp_path / "autograder/graders").mkdir(parents=True)
    root = str(Path(__file__).parents[2])
    ran = subprocess.run(
        [sys.executable, "-c", LAST, root, "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.splitlines()[-1] == f"{root}/autograder/__init__.py 0", ran.stdout + ran.stderr
