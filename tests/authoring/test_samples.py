"""Sample answers: every written task of every lab has two, and their points are those of their items."""

from pathlib import Path

import pytest

from autograder.authoring.master import AuthoringError, read_master
from autograder.authoring.samples import read_samples
from autograder.authoring.written import Item, WrittenTask, written_tasks
from autograder.course.layout import Course
from autograder.course.rubric import read_rubric

LABS = {
    assignment.name: (assignment, read_rubric(assignment.rubric))
    for assignment in Course(Path(__file__).parents[2]).assignments()
}
WRITTEN = [
    (name, task)
    for name, (_, rubric) in LABS.items()
    for task, of in rubric.tasks.items()
    if of.kind == "written"
]
TASK = WrittenTask("Because.", (Item("says why", 2), Item("says how", 3)))
SAMPLE = '[strong]\ntext = "a"\npoints = {}\nitems = {}\n[weak]\ntext = "b"\npoints = 0\nitems = []\n'


@pytest.fixture(scope="module")
def rubrics() -> dict[str, dict[str, WrittenTask]]:
    return {name: written_tasks(read_master(lab.master), rubric) for name, (lab, rubric) in LABS.items()}


@pytest.mark.parametrize(("name", "task"), WRITTEN)
def test_each_written_task_has_a_strong_and_a_weak_answer(
    name: str, task: str, rubrics: dict[str, dict[str, WrittenTask]]
) -> None:
    samples = read_samples(LABS[name][0].solution_dir / "written" / f"{task}.toml", rubrics[name][task])
    points = LABS[name][1].tasks[task].points
    assert samples.strong.points >= 0.8 * points
    assert samples.weak.points <= 0.6 * points
    # A student's words, and not the reference's: whoever grades has to read them to see what they are worth.
    assert samples.strong.text.strip() != rubrics[name][task].reference
    assert len(samples.strong.text.split()) > 60


def test_no_sample_answers_a_task_that_is_not_there() -> None:
    files = {(name, path.stem) for name, (a, _) in LABS.items() for path in a.solution_dir.glob("written/*")}
    assert files == set(WRITTEN)


def test_samples_are_read(tmp_path: Path) -> None:
    path = tmp_path / "1.toml"
    path.write_text(SAMPLE.format(3, [2]))
    assert read_samples(path, TASK).strong.items == (2,)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SAMPLE.format(3, [3]), "the rubric has 1 to 2"),
        (SAMPLE.format(4, [1, 1]), "the rubric has 1 to 2"),
        (SAMPLE.format(4, [2]), "sum to 3 points, and not to 4"),
        (SAMPLE.format(3, [2]).replace("weak", "week"), "write \\[strong\\] and \\[weak\\]"),
        (SAMPLE.format(3, ["x"]), "write \\[strong\\] and \\[weak\\]"),
        ("[strong", "write \\[strong\\] and \\[weak\\]"),
    ],
)
def test_what_is_wrong_with_a_sample_is_one_sentence(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "1.toml"
    path.write_text(text)
    with pytest.raises(AuthoringError, match=told):
        read_samples(path, TASK)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AuthoringError, match=r"1\.toml:1: the sample answers cannot be read"):
        read_samples(tmp_path / "1.toml", TASK)
