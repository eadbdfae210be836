"""The conda environment and the tested pair are what the package declares."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def project() -> dict[str, dict[str, list[str]]]:
    declared: dict[str, dict[str, list[str]]] = tomllib.loads((ROOT / "pyproject.toml").read_text())[
        "project"
    ]
    return declared


def test_environment_yml_takes_all_extras_and_the_same_python() -> None:
    text = (ROOT / "environment.yml").read_text()
    assert "      - -e .[dev]\n" in text
    assert f"- python{project()['requires-python']}\n" in text


def test_dev_has_every_other_extra() -> None:
    """But a hub, which needs Node, too."""
    extras = project()["optional-dependencies"]
    named = {
        name
        for one in (*extras["dev"], *extras["instructor"])
        for found in re.findall(r"^few-label-labs\[(.*)\]$", one)
        for name in found.split(",")
    }
    assert named == set(extras) - {"dev", "hub"}


def test_the_tested_pair_lies_in_the_declared_ranges() -> None:
    every = [one for extra in project()["optional-dependencies"].values() for one in extra]
    least = dict(one.split(">=") for one in every if ">=" in one)
    tested = re.findall(r"^(\w+)==(\S+)$", (ROOT / "requirements-tested.txt").read_text(), re.MULTILINE)
    assert {name for name, _ in tested} == {"torch", "torchvision"}
    for name, version in tested:
        numbers, at_least = (tuple(map(int, v.split("."))) for v in (version, least[name]))
        assert numbers >= at_least
