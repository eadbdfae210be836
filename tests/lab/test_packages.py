"""A lab can name packages that its students may import; grading insists on them."""

from dataclasses import replace

import pytest

from autograder.course.layout import CourseError, find_course
from autograder.course.rubric import Rubric, read_rubric
from autograder.grading.bench import with_bench
from autograder.lab.lab import read_lab


def test_packages_that_are_not_installed_are_known() -> None:
    rubric = Rubric(title="t", tasks={}, packages=("torch", "numpy>=1.26", "no-such-package[all]>=2"))
    assert rubric.lacking() == ["no-such-package[all]>=2"]
    assert read_rubric(find_course().assignment("protonet").rubric).lacking() == []


def test_grading_says_what_to_install() -> None:
    lab = read_lab(find_course().assignment("protonet"), ("sample",))
    wanting = replace(lab, rubric=lab.rubric.model_copy(update={"packages": ("no-such-package",)}))
    with pytest.raises(CourseError, match="pip install no-such-package"):
        with_bench(wanting, None, None, None, lambda bench: None)  # type: ignore[arg-type]
