"""A grading that is stopped, repeated or met by an accident loses nothing and does nothing twice."""

import json
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course.layout import Assignment
from autograder.lab.lab import read_lab
from autograder.sandbox import Job, client
from autograder.submission import Cell, Submission
from tests.commands import command_line
from tests.conftest import hear_ctrl_c

pytestmark = pytest.mark.long

Run = Callable[..., Any]
HandIn = Callable[..., Path]
STUDENTS = 12
KILLS = 10
# So that an answer takes thousandths of a second on any machine.
SLOWLY = """
at_once = class_means
def class_means(*inputs):
    sum(range(2_000_000))
    return at_once(*inputs)
"""


def snapshot(out: Path) -> dict[str, bytes]:
    """The grades and all results."""
    return {p.name: p.read_bytes() for p in (out / "grades.csv", *(out / "results").glob("*.json"))}


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def how(text: str) -> dict[str, str]:
    return {event["student"]: event["how"] for event in events(text) if event["event"] == "submission"}


@pytest.fixture(scope="module")
def submissions(tmp_path_factory: pytest.TempPathFactory, hand_in: HandIn, right: str, wrong: str) -> Path:
    """A class in which everybody's work is their own."""
    sources = {f"s{n:02d}": f"{right if n % 3 else wrong}\nmine = {n}\n" for n in range(STUDENTS)}
    folder = hand_in(tmp_path_factory.mktemp("class"), sources)
    (folder / "broken.ipynb").write_text("{")
    return folder


@pytest.fixture(scope="module")
def undisturbed(course: Path, submissions: Path, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed")
    graded = run(course, "grade", "example", submissions, "--out", out)
    assert graded.returncode == 0, graded.stderr
    return out


def interrupted(course: Path, arguments: list[object], signum: int, after: int) -> tuple[int, str, str]:
    """Grade, and send the signal once `after` submissions have ended."""
    process = subprocess.Popen(
        command_line(*arguments, "--log", "json"),
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=hear_ctrl_c,
    )
    assert process.stdout is not None
    seen = []
    for line in process.stdout:
        seen.append(line)
        if sum('"submission"' in one for one in seen) >= after:
            break
    os.kill(process.pid, signum)
    rest, error = process.communicate(timeout=120)
    return process.returncode, "".join(seen) + rest, error


def test_killed_at_any_moment_it_goes_on_to_the_same_grades(
    course: Path, submissions: Path, undisturbed: Path, run: Run, tmp_path: Path
) -> None:
    """Ten times, at moments between its first and its last submission and inside them."""
    out = tmp_path / "graded"
    moments = random.Random(0)
    killed = 0
    resume: list[object] = []
    while killed < KILLS:
        if killed % 5 == 0:  # a fresh one, so that there is something left to kill
            shutil.rmtree(out, ignore_errors=True)
            resume = []
        arguments = ["grade", "example", submissions, "--out", out, *resume]
        before = {p.stem for p in (out / "made").glob("*.json")}
        left = STUDENTS + 1 - len(before)
        code, seen, error = interrupted(
            course, arguments, signal.SIGKILL, moments.randint(0, max(0, left // 3))
        )
        assert code == -signal.SIGKILL, error
        again = {student for student, what in how(seen).items() if what == "graded"}
        assert not again & before - {"broken"}, "what was done ran again"
        killed += 1
        resume = ["--resume"] if any((out / "results").glob("*.json")) else []
    finished = run(course, "grade", "example", submissions, "--out", out, *resume)
    assert finished.returncode == 0, finished.stderr
    assert snapshot(out) == snapshot(undisturbed)


@pytest.mark.parametrize("after", [0, 3])
def test_ctrl_c_stops_and_says_how_to_go_on(
    course: Path, submissions: Path, undisturbed: Path, tmp_path: Path, after: int
) -> None:
    out = tmp_path / "graded"
    arguments: list[object] = ["grade", "example", submissions, "--out", out]
    code, seen, error = interrupted(course, arguments, signal.SIGINT, after)
    assert code == 130
    assert "Traceback" not in error
    told, _, command = error.strip().partition("Go on with:\n")
    assert re.search(r"Stopped; \d+ results are on disk", told)
    assert command.endswith("--resume") or not after
    done = set(how(seen))
    resumed = subprocess.run(shlex.split(command), cwd=course, capture_output=True, text=True)
    assert resumed.returncode == 0, resumed.stderr
    assert all(what == "reused" for who, what in how(resumed.stdout).items() if who in done - {"broken"})
    assert snapshot(out) == snapshot(undisturbed)


def test_resume_refuses_to_begin(course: Path, submissions: Path, run: Run, tmp_path: Path) -> None:
    stopped = run(course, "grade", "example", submissions, "--out", tmp_path, "--resume")
    assert stopped.returncode == 2
    assert "nothing to go on with" in stopped.stderr


def test_nothing_is_done_twice_unless_it_is_forced(
    course: Path, submissions: Path, undisturbed: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "graded"
    shutil.copytree(undisturbed, out)
    again = events(run(course, "grade", "example", submissions, "--out", out, "--log", "json").stdout)[-1]
    assert (again["graded"], again["judged"], again["reused"]) == (1, 0, STUDENTS)  # 1: the broken one's row
    forced = run(course, "grade", "example", submissions, "--out", out, "--log", "json", "--force")
    assert events(forced.stdout)[-1]["graded"] == STUDENTS + 1
    assert snapshot(out) == snapshot(undisturbed)


def test_another_grader_judges_again_and_runs_nobody(
    course: Path, submissions: Path, undisturbed: Path, run: Run, tmp_path: Path
) -> None:
    changed = tmp_path / "course"
    shutil.copytree(course, changed)
    graders = changed / "autograder/graders/test_example.py"
    graders.write_text(graders.read_text().replace("test_each_class_has", "test_every_class_has"))
    out = tmp_path / "graded"
    shutil.copytree(undisturbed, out)
    last = events(run(changed, "grade", "example", submissions, "--out", out, "--log", "json").stdout)[-1]
    assert (last["judged"], last["reused"]) == (STUDENTS, 0)
    assert "every class has its own mean" in (out / "results/s00.json").read_text()
    # Other points are another result, too, and `judge` alone brings them.
    rubric = changed / "autograder/graders/example.toml"
    rubric.write_text(rubric.read_text().replace("points = 10", "points = 20"))
    assert run(changed, "judge", out).returncode == 0
    assert json.loads((out / "results/s01.json").read_text())["score"] == 20
    broken = json.loads((out / "results/broken.json").read_text())
    assert (broken["score"], broken["max_score"]) == (0, 20)


def test_what_has_lost_its_answers_keeps_its_points(
    course: Path, undisturbed: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "graded"
    shutil.copytree(undisturbed, out)
    shutil.rmtree(out / "answers")
    assert run(course, "judge", out).returncode == 0
    assert snapshot(out) == snapshot(undisturbed)


def test_damaged_answers_are_told_and_the_others_judged(
    course: Path, submissions: Path, undisturbed: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "graded"
    shutil.copytree(undisturbed, out)
    answers = out / "answers/s01.zip"
    answers.write_bytes(answers.read_bytes()[:100])
    judged = run(course, "judge", out)
    assert judged.returncode == 3
    assert "Traceback" not in judged.stderr
    assert "internal: s01 was not judged again" in judged.stderr
    assert snapshot(out) == snapshot(undisturbed)
    assert run(course, "grade", "example", submissions, "--out", out, "--force").returncode == 0
    assert run(course, "judge", out).returncode == 0


def test_an_edited_result_is_not_taken_for_ours(
    course: Path, submissions: Path, undisturbed: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "graded"
    shutil.copytree(undisturbed, out)
    result = out / "results/s00.json"
    result.write_text(result.read_text().replace('"score":0.0', '"score":10.0').replace("0.0", "10.0"))
    assert run(course, "grade", "example", submissions, "--out", out).returncode == 0
    assert snapshot(out) == snapshot(undisturbed)


def test_identical_submissions_run_once(
    course: Path, hand_in: HandIn, right: str, run: Run, tmp_path: Path
) -> None:
    """Whatever their files are called: the log of the runs is a line that the cell prints."""
    folder = hand_in(tmp_path / "class", dict.fromkeys(("ann", "bob", "cem"), right + SLOWLY))
    graded = run(course, "grade", "example", folder, "--out", tmp_path / "graded")
    assert graded.returncode == 0, graded.stderr
    notes = {p.stem: json.loads(p.read_text()) for p in (tmp_path / "graded/made").glob("*.json")}
    assert len({note["recording"] for note in notes.values()}) == 1
    ran = [student for student, note in notes.items() if any(note["probes"].values())]
    assert len(ran) == 1, "only who ran has times of probes"
    results = [json.loads((tmp_path / f"graded/results/{s}.json").read_text()) for s in notes]
    assert [result["score"] for result in results] == [10, 10, 10]


def test_a_change_of_prose_runs_nobody_again(
    course: Path, submissions: Path, undisturbed: Path, run: Run, tmp_path: Path
) -> None:
    out = shutil.copytree(undisturbed, tmp_path / "graded")
    notebook = json.loads((submissions / "s01.ipynb").read_text())
    notebook["cells"].insert(0, {"cell_type": "markdown", "id": "new", "metadata": {}, "source": "A note."})
    (tmp_path / "s01.ipynb").write_text(json.dumps(notebook))
    again = run(course, "grade", "example", tmp_path / "s01.ipynb", "--out", out, "--log", "json")
    assert how(again.stdout) == {"s01": "judged"}


def test_an_appeal_is_graded_like_the_first_time(
    course: Path, submissions: Path, undisturbed: Path, run: Run, tmp_path: Path
) -> None:
    like = undisturbed / "results/s03.json"
    again = run(
        course, "grade", "example", submissions / "s03.ipynb", "--out", tmp_path, "--like", like, "--force"
    )
    assert again.returncode == 0, again.stderr
    assert "s03: the same result, 0 points, in every task." in again.stdout
    assert (tmp_path / "results/s03.json").read_bytes() == like.read_bytes()
    other = run(
        course, "grade", "example", submissions / "s01.ipynb", "--out", tmp_path / "other", "--like", like
    )
    assert "s01: not the same files as s03 handed in then." in other.stdout
    made = json.loads((undisturbed / "made/s03.json").read_text())
    assert made["versions"]["torch"]
    assert made["seed"] == 0
    assert "grade example" in made["command"]


def test_an_appeal_needs_the_note_of_what_it_was_made_with(
    course: Path, submissions: Path, undisturbed: Path, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "results").mkdir()
    shutil.copy(undisturbed / "results/s03.json", tmp_path / "results")
    like = tmp_path / "results/s03.json"
    stopped = run(course, "grade", "example", submissions, "--out", tmp_path / "new", "--like", like)
    assert stopped.returncode == 2
    assert "does not say what s03.json was made with" in stopped.stderr


def test_two_labs_do_not_mix_in_a_folder(
    course: Path, submissions: Path, undisturbed: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "graded"
    shutil.copytree(undisturbed, out)
    result = out / "results/s01.json"
    result.write_text(result.read_text().replace('"assignment": "example"', '"assignment": "other"'))
    stopped = run(course, "grade", "example", submissions, "--out", out)
    assert stopped.returncode == 2
    assert "holds results of other" in stopped.stderr


def test_v_shows_each_task_that_is_judged(course: Path, submissions: Path, run: Run, tmp_path: Path) -> None:
    grade = "grade", "example", submissions / "s01.ipynb", "--out", tmp_path, "-v"
    first, again = (run(course, *grade).stdout for _ in range(2))
    assert re.search(r"^s01  1\.1 +passed +10/10  ", first, re.MULTILINE)
    assert re.search(r"^s01  graded in [\d.]+ s: ", first, re.MULTILINE)
    assert re.search(r"^s01  reused: ", again, re.MULTILINE)
    assert "s01  1.1" not in again


@pytest.fixture
def one_job(course: Path, right: str) -> Job:
    lab = read_lab(Assignment(course, "example"))
    return lab.job(Submission("ann", "ann.ipynb", "0", (Cell("ann.ipynb", 1, right),)))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[client.ForkServer]:
    """One for all: whatever happens to its server, it has a sound one afterwards."""
    with client.ForkServer().start() as sandbox:
        yield sandbox


def test_a_server_that_is_killed_is_replaced_and_the_job_done_again(
    one_job: Job, sandbox: client.ForkServer
) -> None:
    expected = sandbox.record(one_job)
    first = sandbox._running()
    os.kill(first._process.pid, signal.SIGKILL)
    assert [a.frame for a in sandbox.record(one_job).answers] == [a.frame for a in expected.answers]
    assert sandbox._running() is not first


def test_a_server_that_says_nothing_is_replaced(
    one_job: Job, sandbox: client.ForkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = sandbox.record(one_job)
    first = sandbox._running()
    os.kill(first._process.pid, signal.SIGSTOP)
    patience = iter([1.0])
    monkeypatch.setattr(client, "_patience", lambda job: next(patience, 300.0))
    assert [a.frame for a in sandbox.record(one_job).answers] == [a.frame for a in expected.answers]
    assert sandbox._running() is not first
    assert first._process.returncode == -signal.SIGKILL


def test_a_server_that_grows_is_replaced_when_it_is_idle(
    one_job: Job, sandbox: client.ForkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.record(one_job)
    first = sandbox._running()
    monkeypatch.setattr(client, "_LEAK_KB", -1)
    sandbox.record(one_job)
    monkeypatch.undo()
    assert sandbox._running() is not first
    assert first._process.poll() is not None


def test_a_sandbox_that_fails_twice_is_internal_and_never_a_zero_in_silence(
    course: Path, submissions: Path, tmp_path: Path, run: Run
) -> None:
    """One submission's job meets a sandbox that goes away, twice; the others are graded."""
    code = f"""
import sys
from autograder.sandbox import client
real = client._Server.record
def record(self, job):
    if b"mine = 4" in repr(job.cells).encode():
        raise EOFError("it went away")
    return real(self, job)
client._Server.record = record
sys.argv = ["autograder", "grade", "example", {str(submissions)!r}, "--out", {str(tmp_path / "graded")!r}]
from autograder.cli import main
main()
"""
    ran = subprocess.run([sys.executable, "-P", "-c", code], cwd=course, capture_output=True, text=True)
    assert ran.returncode == 3, ran.stderr
    assert "internal: s04" in ran.stderr
    assert "failed twice" in ran.stderr
    result = json.loads((tmp_path / "graded/results/s04.json").read_text())
    assert {task["status"] for task in result["tasks"]} == {"internal"}
    good = json.loads((tmp_path / "graded/results/s05.json").read_text())
    assert good["score"] == 10
