"""What a secret case holds comes home in nothing that a student is given, by whatever way it is sent.

A marker stands in the secret cases, a word and a number. Each submission tries one way out: in the probe's
own fork, where all code is the student's, or from a box that comes after one that has seen it.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import pytest

from autograder.platforms.exports import canvas_grades, feedback_zip, moodle_grades, moodle_worksheet
from autograder.platforms.gradescope import gradescope_results
from autograder.platforms.nbgrader import write_grades
from autograder.reports.store import read_results
from autograder.results.class_list import Student
from autograder.sandbox.store import load
from tests.conftest import HandIn, Run

WORD, NUMBER = "MarkerInACase", 31337
PROBE = "\n\ndef again(ns, case):\n    return class_means(ns, case)\n"
GRADER = """

@task("1.1")
@probe("again")
def test_it_is_the_same_once_more(answer, expected):
    if "fault" in answer.answer.values:
        raise KeyError(answer.answer.values["fault"])  # a fault of ours, which tells what it has seen
    assert_close(answer["means"], expected["means"], hint="It is the same.")
"""
LIMITS = "\n[limits]\ncells_seconds = 8\ncell_seconds = 3\nprobe_seconds = 1\n"
SENDS = """
import json, os, sys, time
from autograder.sandbox import answers, runner

real = runner.answer
HERE = "example.ipynb, cell 1"

def answer(job, call, *others):
    if not call.case.startswith("secret/"):
        return real(job, call, *others)
    case = json.loads(call.data)
    word, number = case["word"], case["number"]
    print(word, number)
    try:
        WAY
    except Exception as error:
        return answers.encode_error(error, {HERE, word})

runner.answer = answer
"""
WAYS = {
    "message": "raise ValueError(word)",
    "type": "raise type(word, (ValueError,), {})(word)",
    "line": "exec(compile(number * chr(10) + '1 / 0', HERE, 'exec'), {})",
    "place": "exec(compile('1 / 0', word, 'exec'), {})",
    "forged": "return answers._frame({'error': [word, word, word, number]}, b'')",
    "missing": "raise NotImplementedError(f'`{word}` is not defined')",
    "module": "raise ModuleNotFoundError(f\"No module named '{word}'\")",
    "text": "return answers.encode({'means': word, 'features_grad': word})",
    "name": "return answers.encode({word: number})",
    "number": "return answers.encode({'means': number, 'features_grad': number})",
    "damaged": "return word.encode()",
    "fault": "return answers.encode({'fault': word})",
    "dies": "sys.stderr.write(word); os._exit(1)",
    "box": "time.sleep(60 if call.probe == 'again' else 0); return answers.encode({'means': word})",
}
LOOKS = """
found, frame = [], sys._getframe()
while frame:
    holders = [value for value in frame.f_locals.values() if isinstance(getattr(value, "answers", 0), dict)]
    found += [repr(holder.answers) for holder in holders]
    frame = frame.f_back
if found:
    raise ValueError(found[0])
"""


@pytest.fixture(scope="module")
def graded(course: Path, run: Run, hand_in: HandIn, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class, a student a way, graded, with the pages that are handed back."""
    root = tmp_path_factory.mktemp("marked")
    marked = shutil.copytree(course, root / "course")
    with open(marked / "assignments/example/probes.py", "a") as probes:
        probes.write(PROBE)
    with open(marked / "autograder/graders/test_example.py", "a") as graders:
        graders.write(GRADER)
    with open(marked / "autograder/graders/example.toml", "a") as rubric:
        rubric.write(LIMITS)
    for kind in ("sample", "secret"):
        (path,) = (marked / "fixtures/example" / kind).glob("*.json")
        case = json.loads(path.read_text())
        if kind == "secret":
            case |= {"word": WORD, "number": NUMBER}
            case["features"][0][0] = float(NUMBER)
        path.write_text(json.dumps(case))
        path.with_name("again.json").write_text(json.dumps(case | {"probe": "again"}))
    sources = {way: SENDS.replace("WAY", code) + LOOKS * (way == "box") for way, code in WAYS.items()}
    handed = hand_in(root / "class", sources)
    done = run(marked, "grade", "example", handed, "--out", root / "out")
    assert done.returncode == 3, done.stderr  # for the grader's fault
    assert run(marked, "feedback", root / "out").returncode == 0
    return root / "out"


def given(out: Path) -> Iterator[tuple[str, str]]:
    """All that students are given of this class, by what it is."""
    results = read_results(out)
    students = {
        one.student: Student(student=one.student, identity=one.student, platform="canvas", prefix=one.student)
        for one in results
    }
    pages = {path.stem: path for path in (out / "feedback").glob("*.html")}
    assert pages.keys() == WAYS.keys()
    for folder in ("report", "feedback"):
        yield from ((f"{folder} {way}", (out / folder / f"{way}.html").read_text()) for way in WAYS)
    for result in results:
        yield f"Gradescope {result.student}", json.dumps(gradescope_results(result))
        if result.student != "fault":  # what failed of ours stands there, for those who teach
            yield f"result {result.student}", result.to_json()
    yield "Canvas", canvas_grades(results, students, "Lab").text
    yield "Moodle", moodle_grades(results, students).text
    sheet = "Identifier,Full name,Grade,Maximum Grade,Feedback comments\n"
    sheet += "".join(f"Participant {way},{way},,100,\n" for way in WAYS)
    yield "Moodle's worksheet", moodle_worksheet(sheet, results, students).text
    packed = feedback_zip(pages, students)
    assert len(packed) > 1000  # the pages, once more


def test_the_marker_is_in_nothing_that_a_student_is_given(graded: Path) -> None:
    leaks = [what for what, text in given(graded) if WORD in text or str(NUMBER) in text]
    assert leaks == []


@pytest.mark.skipif(find_spec("nbgrader") is None, reason="nbgrader is not installed")
def test_nor_in_nbgraders_gradebook(graded: Path, tmp_path: Path) -> None:
    write_grades(read_results(graded), {}, f"sqlite:///{tmp_path / 'gradebook.db'}")
    data = (tmp_path / "gradebook.db").read_bytes()
    assert WORD.encode() not in data
    assert str(NUMBER).encode() not in data


def test_the_marker_came_as_far_as_the_recording(graded: Path) -> None:
    """Each way is open as far as it can be, or the tests above could not fail."""
    seen: Mapping[str, str] = {
        way: repr(asdict(load(graded / "answers" / f"{way}.zip")[0]["submission"])) for way in WAYS
    }
    assert [way for way, text in seen.items() if WORD not in text and str(NUMBER) not in text] == []
