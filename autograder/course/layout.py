"""Where everything of a course lies. Trusted side; the one place that knows the folder layout."""

from dataclasses import dataclass
from pathlib import Path


class CourseError(Exception):
    """A course folder or lab is missing something. The message names it and says what to do."""


@dataclass(frozen=True)
class Assignment:
    """The places of one lab. A student's copy of the course has no `solution_dir` and no `secret_dir`."""

    root: Path
    name: str

    @property
    def public_dir(self) -> Path:
        """What a student gets and the sandbox may read: notebook, probes, given helpers."""
        return self.root / "assignments" / self.name

    @property
    def notebook(self) -> Path:
        return self.public_dir / f"{self.name}.ipynb"

    @property
    def handed_out(self) -> Path:
        """The notebook as students get it: in a student's copy of the course it lies apart from their own."""
        apart = self.fixtures_dir / "handed-out.ipynb"
        return apart if apart.exists() else self.notebook

    @property
    def probes(self) -> Path:
        """`probes.py`, or the package `probes/` where a lab has one."""
        package = self.public_dir / "probes"
        return package if package.is_dir() else self.public_dir / "probes.py"

    def public_modules(self) -> list[Path]:
        """The Python files that every student has: the given helpers and the probes, by name."""
        return sorted([*self.public_dir.glob("*.py"), *self.public_dir.glob("probes/*.py")])

    @property
    def solution_dir(self) -> Path:
        return self.root / "solutions" / self.name

    @property
    def master(self) -> Path:
        return self.solution_dir / f"{self.name}.py"

    @property
    def graders(self) -> Path:
        """`test_<name>.py`, or the package `<name>/` of such files, a module a part of the lab."""
        package = self.root / "autograder" / "graders" / self.name
        return package if package.is_dir() else package.with_name(f"test_{self.name}.py")

    def grader_files(self) -> list[Path]:
        """The files that the graders are made of; none in a reading lab."""
        if self.graders.is_dir():
            return sorted(self.graders.glob("*.py"))
        return [self.graders] if self.graders.exists() else []

    def given(self) -> frozenset[str]:
        """The Python files that every student has, by their paths beside the notebook."""
        return frozenset(path.relative_to(self.public_dir).as_posix() for path in self.public_modules())

    @property
    def rubric(self) -> Path:
        return self.root / "autograder" / "graders" / f"{self.name}.toml"

    @property
    def fixtures_dir(self) -> Path:
        return self.root / "fixtures" / self.name

    @property
    def sample_dir(self) -> Path:
        return self.fixtures_dir / "sample"

    @property
    def secret_dir(self) -> Path:
        return self.fixtures_dir / "secret"

    @property
    def expectations(self) -> Path:
        """Answers to the sample cases by the reference and the known wrong answers, for students' checks."""
        return self.fixtures_dir / "sample-expectations.zip"


@dataclass(frozen=True)
class Course:
    """A folder with `assignments/` and `autograder/graders/`; an instructor's has `solutions/` too."""

    root: Path

    def names(self) -> list[str]:
        """The labs there are, by their rubrics, ascending."""
        return sorted(path.stem for path in (self.root / "autograder" / "graders").glob("*.toml"))

    def assignment(self, name: str) -> Assignment:
        """The lab called `name`.

        Raises:
            CourseError: there is no such lab.
        """
        if name not in self.names():
            known = ", ".join(self.names()) or "none"
            raise CourseError(f"There is no assignment {name!r} in {self.root}; there is: {known}.")
        return Assignment(self.root, name)

    def assignments(self, names: list[str] | None = None) -> list[Assignment]:
        """The labs called `names`, or all of them."""
        return [self.assignment(name) for name in names or self.names()]


def find_course(start: Path | None = None) -> Course:
    """The course that `start` (by default the working folder) lies in.

    Raises:
        CourseError: neither it nor a folder above is a course.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "assignments").is_dir() and (folder / "autograder" / "graders").is_dir():
            return Course(folder)
    raise CourseError(
        f"{here} is not inside a course: no folder above it has assignments/ and autograder/graders/. "
        "Change into the course folder, or name it with --course."
    )
