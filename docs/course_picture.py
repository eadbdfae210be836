"""The picture of the course's page, `docs/img/course.png`, from a class that is made up.

python docs/course_picture.py
"""

import random
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from report_pictures import ROOT, WIDE, keep, shot

from autograder.course.rubric import Late, Rubric, read_rubric
from autograder.reports.course import course_standings, write_course
from autograder.results.class_list import Student
from autograder.results.late_days import Rules
from autograder.results.over_course import CourseRules, GradedLab
from autograder.results.schema import Environment, Result, SubmissionInfo, TaskResult

LABS = ("protonet", "hard_triplets", "siamese", "byol")
NAMES = ("Amara Okafor", "Björn Lindqvist", "Chiara Rossi", "Dmitri Volkov", "Emeka Adeyemi",
         "Fátima El Amrani", "Goran Petrović", "Hana Sato", "Inês Ferreira", "Jonas Weber", "Wei Zhang",
         "Wei Zhang")  # fmt: skip
BEGAN = datetime.fromisoformat("2026-10-01T23:59:00+02:00")
RULES = CourseRules(title="Learning from few labels", weights={"protonet": 1.5}, free_days=4)
MACHINE = Environment(python="3.11", torch="2", numpy="2", platform="Linux", sandbox="full")


def main() -> None:
    """Make up a class, write its pages, and look at the first."""
    from playwright.sync_api import sync_playwright

    draw = random.Random(4)
    skill = [draw.betavariate(4, 2) for _ in NAMES]
    labs = [graded(name, BEGAN + timedelta(weeks=2 * week), skill, draw) for week, name in enumerate(LABS)]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        index = write_course(course_standings(labs, RULES), labs, RULES, Path(folder))
        options = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox"]}
        page = playwright.chromium.launch(**options).new_page(**WIDE)
        page.goto(index.as_uri())
        keep(shot(page), "course")


def graded(name: str, due: datetime, skill: list[float], draw: random.Random) -> GradedLab:
    """A lab that some hand in late, and few not at all."""
    rubric = read_rubric(ROOT / f"autograder/graders/{name}.toml")
    days = [draw.choice([0, 0, 0, 0, 1, 2]) for _ in NAMES]
    students = [
        Student(student=f"s{48 + n}", name=who, handed_in=str(due + timedelta(days=late - 0.5)))
        for n, (who, late) in enumerate(zip(NAMES, days, strict=True))
    ]
    results = [
        result(name, one.student, rubric, able, draw)
        for one, able in zip(students, skill, strict=True)
        if draw.random() > 0.05
    ]
    return GradedLab(name, rubric, Rules(late=Late(due=due)), results, students, Path())


def result(lab: str, student: str, rubric: Rubric, able: float, draw: random.Random) -> Result:
    """What somebody who is so able has of a lab."""
    tasks = []
    for task, of in rubric.tasks.items():
        passed = draw.random() < able
        about = {"title": of.title, "kind": of.kind, "bonus": of.bonus, "max_score": of.points}
        score, status = (of.points, "passed") if passed else (0, "failed")
        tasks.append(TaskResult(id=task, status=status, score=score, **about))
    info = SubmissionInfo(name=student, sha256="")
    about = {"assignment": lab, "assignment_version": "1", "submission": info, "environment": MACHINE}
    return Result(student=student, score=0, max_score=1, tasks=tuple(tasks), **about)


if __name__ == "__main__":
    main()
