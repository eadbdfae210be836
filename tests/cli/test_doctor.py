"""`autograder doctor`: each finding says what is wrong and how to mend it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.cli.doctor import (
    TESTED_TORCH,
    TESTED_TORCHVISION,
    check_data,
    check_disk,
    check_kernel,
    check_landlock,
    check_libraries,
    check_python,
    check_sandbox,
    check_torch,
)

ROOT = Path(__file__).parents[2]


def test_the_tested_pair_is_the_one_that_is_installed_for_tests() -> None:
    pinned = (ROOT / "requirements-tested.txt").read_text()
    assert re.findall(r"^(\w+)==(\S+)", pinned, re.M) == [
        ("torch", TESTED_TORCH),
        ("torchvision", TESTED_TORCHVISION),
    ]


@pytest.mark.parametrize(
    ("torch", "torchvision", "state"),
    [
        ("2.14.1", "0.29.1", "ok"),
        ("2.14.1+cpu", "0.29.1+cpu", "ok"),
        ("2.6.0", "0.21.0", "note"),
        ("2.14.1", "0.28.0", "bad"),
        ("2.14.1", None, "bad"),
        (None, None, "bad"),
    ],
)
def test_torch_and_torchvision_must_belong_together(
    torch: str | None, torchvision: str | None, state: str
) -> None:
    finding = check_torch(torch, torchvision)
    assert finding.state == state
    assert bool(finding.mend) == (state != "ok")


def test_python_before_3_11_is_too_old() -> None:
    assert check_python((3, 11, 0)).state == "ok"
    assert "3.11" in check_python((3, 10, 14)).mend


def test_the_strictest_level_is_told_with_the_reasons_against_stricter_ones() -> None:
    works = {"full": "", "landlock": "", "setuid": "", "process": ""}
    assert check_sandbox(works, []).found == "full: files, network and processes of its own, limits"
    finding = check_sandbox(works | {"full": "user namespaces are off"}, ["user.max_user_namespaces=10000"])
    assert finding.found.startswith("landlock: files, sockets and programs refused")
    assert finding.found.endswith("(not full: user namespaces are off); good enough to grade with")
    assert (finding.state, finding.mend) == ("ok", "sudo sysctl -w user.max_user_namespaces=10000")


def test_what_an_older_landlock_lacks_is_named() -> None:
    assert check_landlock(7, "Linux 6.18").found.endswith("signals and abstract sockets")
    assert "without TCP rules (Linux 6.7) and scopes (6.12)" in check_landlock(3, "Linux 6.6").found
    assert "without scopes (6.12)" in check_landlock(5, "Linux 6.10").found
    assert check_landlock(None, "Linux 5.4").state == "note"


def test_below_landlock_the_mend_names_the_option() -> None:
    no = "not on this system"
    finding = check_sandbox({"full": no, "landlock": no, "setuid": no, "process": ""}, [])
    assert finding.state == "note"
    assert "--sandbox process" in finding.mend
    assert "check one's own work" in finding.found


def test_without_any_level_there_is_something_to_mend() -> None:
    assert check_sandbox({}, []).state == "bad"


def test_a_missing_kernel_has_a_command() -> None:
    assert "ipykernel install" in check_kernel(["ir"]).mend
    assert check_kernel(["python3"]).mend == ""


def test_missing_libraries_have_one_command() -> None:
    assert check_libraries([]).mend == ""
    finding = check_libraries(["rich>=13.7", "typer>=0.12"])
    assert (finding.state, finding.mend) == ("bad", "pip install 'rich>=13.7' 'typer>=0.12'")


@pytest.mark.parametrize(("free", "state"), [(10**8, "note"), (10**11, "ok")])
def test_a_full_disk_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))
    assert check_disk(tmp_path / "not/yet").state == state
    assert not (tmp_path / "not").exists(), "looking makes nothing"


def test_a_folder_that_cannot_be_written_to_is_noticed_too() -> None:
    assert "XDG_CACHE_HOME" in check_disk(Path("/proc/none")).mend


# What a half-made environment lacks: pip stopped at torch, or only the wheel was installed.
WITHOUT = """
import sys
from importlib import metadata
gone = sys.argv[1].split(",")
for name in gone:
    sys.modules[name] = None
found = metadata.version
def version(name):
    if name in gone:
        raise metadata.PackageNotFoundError(name)
    return found(name)
metadata.version = version
from autograder.cli import app
app(["doctor"])
"""


@pytest.mark.parametrize(
    ("gone", "mend"),
    [
        ("torch,torchvision", f"pip install torch=={TESTED_TORCH} torchvision=={TESTED_TORCHVISION}"),
        ("jupyter_client,mlxtend,tqdm", "pip install 'tqdm>=4.66' 'mlxtend>=0.23'"),
    ],
)
@pytest.mark.slow
def test_whatever_is_missing_every_line_is_there(gone: str, mend: str) -> None:
    run = [sys.executable, "-c", WITHOUT, gone]
    wide = os.environ | {"COLUMNS": "200"}
    done = subprocess.run(run, capture_output=True, text=True, check=False, env=wide)
    assert done.returncode == 0, done.stderr
    assert mend in done.stdout
    for line in ("Python", "sandbox", "Jupyter", "Omniglot", "disk"):
        assert line in done.stdout
    assert "to mend" in done.stdout


def test_without_a_data_set_one_learns_what_stands_in_and_how_to_get_it(tmp_path: Path) -> None:
    assert check_data("MNIST", tmp_path, "digits", "get it").found == f"in {tmp_path}"
    finding = check_data("MNIST", None, "digits", "get it")
    assert (finding.state, finding.found, finding.mend) == ("note", "not here: digits stand in", "get it")


def test_every_data_set_has_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "MNIST/raw").mkdir(parents=True)
    shown = CliRunner().invoke(app, ["doctor"]).output
    for title, stand_in in (
        ("Omniglot", "drawn glyph alphabets"),
        ("STL-10", "drawn objects"),
        ("AT&T", "drawn people"),
    ):
        assert title in shown
        assert f"{stand_in} stand in" in shown
    assert "5,000 of its digits" not in shown
