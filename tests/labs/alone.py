"""A lab in a course of its own, with few mistakes that have names: quick to grade for the first time."""

import shutil
from collections.abc import Collection
from pathlib import Path

from autograder.course.layout import Assignment, find_course

COURSE = Path(__file__).parents[2]


def alone(name: str, root: Path, mistakes: Collection[str] = ()) -> Assignment:
    """A copy of the lab in `root`. Of its wrong answers it has these, of accepted variants those that define
    an axis; mutants are not told.
    """
    lab = find_course(COURSE).assignment(name)
    for folder in (lab.public_dir, lab.solution_dir, lab.fixtures_dir):
        ignored = shutil.ignore_patterns("__pycache__", "demo", "wrong")
        shutil.copytree(folder, root / folder.relative_to(COURSE), ignore=ignored)
    copy = Assignment(root, name)
    for path in (copy.solution_dir / "accepted").glob("*.py"):
        if "AXES" not in path.read_text():
            path.unlink()
    for mistake in mistakes:
        (copy.solution_dir / "wrong").mkdir(exist_ok=True)
        shutil.copy(lab.solution_dir / f"wrong/{mistake}.py", copy.solution_dir / "wrong")
    graders = root / "autograder/graders"
    shutil.copytree(lab.graders, graders / name, ignore=shutil.ignore_patterns("__pycache__"))
    copy.rubric.write_text(lab.rubric.read_text().replace("tell_mutants = true", "tell_mutants = false"))
    return copy
