"""What is installed, torch and what it brings aside: packages and megabytes for students and instructors.

python benchmarks/installed.py
python benchmarks/installed.py 'few-label-labs[code]' jaxtyping   # of any requirements

Read from the distributions that are installed here, so extra `dev` must be; nothing is fetched. What pip
installs in an environment of its own is the same but for byte code, which is left out here.
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder.authoring.bundle import requirements
from autograder.course.layout import find_course

ROOT = Path(__file__).parents[1]
ASIDE = frozenset({"torch", "torchvision"})


def closure(wanted: Iterable[str], aside: frozenset[str] = frozenset()) -> dict[str, Distribution]:
    """The distributions that requirements bring, by name, this project itself left out.

    Args:
        wanted: as pip takes them; `./few_label_labs-0.1.0-py3-none-any.whl[code]` is this project.
        aside: names that are left out with what they alone bring.

    Raises:
        PackageNotFoundError: one is not installed here.
    """
    found: dict[str, Distribution] = {}
    asked: set[tuple[str, str]] = set()
    waiting = [Requirement(re.sub(r"^\./[\w.-]+\.whl", "few-label-labs", one)) for one in wanted]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name in aside:
            continue
        if name != "few-label-labs":
            found[name] = distribution(name)
        for extra in {"", *one.extras}:
            if (name, extra) not in asked:
                asked.add((name, extra))
                waiting += _needed(name, found.get(name), extra)
    return found


def _needed(name: str, installed: Distribution | None, extra: str) -> list[Requirement]:
    if installed is None:  # this project: as it is declared now, not as it was when it was installed
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        lines = project["optional-dependencies"][extra] if extra else project["dependencies"]
        return [Requirement(line) for line in lines]
    every = [Requirement(line) for line in installed.requires or ()]
    return [one for one in every if one.marker is None or one.marker.evaluate({"extra": extra})]


def megabytes(found: Mapping[str, Distribution]) -> float:
    """What their files take, without byte code."""
    files = [file for one in found.values() for file in one.files or () if file.suffix != ".pyc"]
    return sum(path.stat().st_size for file in files if (path := Path(str(file.locate()))).exists()) / 1e6


def main() -> None:
    """Print the table."""
    if given := sys.argv[1:]:
        rows = {"given": given}
    else:
        labs = {lab.name: requirements(lab, "x.whl") for lab in find_course(ROOT).assignments()}
        rows = {**labs, "instructor": ["few-label-labs[instructor]"], "dev": ["few-label-labs[dev]"]}
    print(f"{'':18}{'packages':>9}{'MB':>7}")
    for name, wanted in rows.items():
        found = closure(wanted, ASIDE)
        print(f"{name:18}{len(found):>9}{megabytes(found):>7.0f}")


if __name__ == "__main__":
    main()
