"""The conda environment and the package name the same requirements."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def declared() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return sorted(project["dependencies"] + project["optional-dependencies"]["dev"])


def test_environment_yml_names_the_requirements_of_pyproject() -> None:
    text = (ROOT / "environment.yml").read_text()
    _, _, pip = text.partition("- pip:\n")
    listed = re.findall(r"^ +- (\S+)$", pip, re.MULTILINE)
    assert sorted(listed) == declared()


def test_environment_yml_takes_the_same_python() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f"- python{project['requires-python']}\n" in (ROOT / "environment.yml").read_text()


def test_the_tested_pair_lies_in_the_declared_ranges() -> None:
    least = dict(requirement.split(">=") for requirement in declared())
    tested = re.findall(r"^(\w+)==(\S+)$", (ROOT / "requirements-tested.txt").read_text(), re.MULTILINE)
    assert {name for name, _ in tested} == {"torch", "torchvision"}
    for name, version in tested:
        numbers, at_least = (tuple(map(int, v.split("."))) for v in (version, least[name]))
        assert numbers >= at_least
