"""The written tasks of a lab as the desk shows them: question, rubric, reference, samples. Trusted side."""

from dataclasses import dataclass

from autograder.authoring.master import Master, read_master
from autograder.authoring.samples import Samples, read_samples
from autograder.authoring.written import Item, written_tasks
from autograder.course.layout import Assignment, CourseError
from autograder.course.rubric import Rubric


@dataclass(frozen=True)
class Question:
    """One written task. `prompt` and `reference` are Markdown."""

    id: str
    title: str
    points: float
    prompt: str
    reference: str
    items: tuple[Item, ...]
    samples: Samples | None


def read_questions(assignment: Assignment, rubric: Rubric) -> tuple[Question, ...]:
    """The lab's written tasks, in the rubric's order.

    Raises:
        CourseError: there is none, or the master is broken.
    """
    master = read_master(assignment.master)
    found = []
    for task, written in written_tasks(master, rubric).items():
        samples = assignment.solution_dir / "written" / f"{task}.toml"
        found.append(
            Question(
                id=task,
                title=rubric.tasks[task].title,
                points=rubric.tasks[task].points,
                prompt=_prompt(master, task),
                reference=written.reference,
                items=written.items,
                samples=read_samples(samples, written) if samples.exists() else None,
            )
        )
    if not found:
        raise CourseError(f"{assignment.name} has no written tasks: there is nothing to do at the desk.")
    order = list(rubric.tasks)
    return tuple(sorted(found, key=lambda question: order.index(question.id)))


def _prompt(master: Master, task: str) -> str:
    wanted = f"task-{task.replace('.', '-')}"
    source = next((cell.source for cell in master.cells if cell.id == wanted), "")
    return source.partition("\n")[2].strip()  # without the heading
