"""The first cell of a notebook, wherever that lies: it finds or fetches the lab, or says what to do."""

import os
import subprocess
import sys
import types
import zipfile
from pathlib import Path

import pytest

from autograder.authoring.opening import open_lab


def lab_in(root: Path, requirements: str = "") -> Path:
    """What open_lab looks for: a course with one lab in it; returns the lab's folder."""
    folder = root / "assignments/means"
    folder.mkdir(parents=True)
    (root / "autograder/graders").mkdir(parents=True)
    (root / "autograder/graders/means.toml").touch()
    (root / "requirements.txt").write_text(requirements)
    return folder


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    """`means.zip`, in a folder that stands for the course's place on the web."""
    lab_in(tmp_path / "made/means")
    path = tmp_path / "web/means.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted((tmp_path / "made").rglob("*")):
            archive.write(file, file.relative_to(tmp_path / "made"))
    return path


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a lone notebook, in which a kernel has just started."""
    folder = tmp_path / "start"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("LAB_OPENED_FROM", "COURSE_DATA"):
        monkeypatch.setenv(name, "")
    return folder


@pytest.mark.parametrize("place", ["start", "start/means", ""])
def test_the_lab_around_the_notebook_or_beside_it_is_opened(tmp_path: Path, start: Path, place: str) -> None:
    lab = lab_in(tmp_path / place)
    open_lab("means", "", "")
    assert (Path.cwd(), sys.path[0]) == (lab, str(lab))
    assert os.environ["LAB_OPENED_FROM"] == str(start)


def test_a_lone_notebook_fetches_it(zipped: Path, start: Path) -> None:
    open_lab("means", zipped.parent.as_uri(), "")
    assert Path.cwd() == start / "means/assignments/means"


def test_a_zip_beside_it_needs_no_address(zipped: Path, start: Path) -> None:
    zipped.rename(start / "means.zip")
    open_lab("means", "", "")
    assert Path.cwd() == start / "means/assignments/means"


def test_run_again_it_does_nothing(tmp_path: Path, start: Path) -> None:
    lab_in(tmp_path)
    open_lab("means", "", "")
    before = list(sys.path)
    open_lab("means", "", "")
    assert (sys.path, os.environ["LAB_OPENED_FROM"]) == (before, str(start))


@pytest.mark.parametrize("address", ["", "file:///nowhere", "nowhere", "https://localhost:1/labs"])
def test_without_a_network_one_sentence_says_what_to_do(start: Path, address: str) -> None:
    with pytest.raises(Exception, match=r"Put the means\.zip that you got beside") as failed:
        open_lab("means", address, "")
    (shown,) = failed.value._render_traceback_()  # type: ignore[attr-defined]
    assert shown.startswith("The files of this lab are not here, and ")
    assert Path.cwd() == start


def test_a_page_in_place_of_the_zip_is_told(tmp_path: Path, start: Path) -> None:
    (tmp_path / "means.zip").write_text("<html>")
    with pytest.raises(Exception, match="cannot be read"):
        open_lab("means", tmp_path.as_uri(), "")


def test_what_is_missing_is_installed_and_what_is_there_stays(
    tmp_path: Path, start: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab_in(tmp_path, "./few_label_labs-9-py3-none-any.whl[code]\ntorch>=99\nno-such-package>=1\n")
    asked: list[list[str]] = []

    def run(command: list[str], cwd: Path, check: bool) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, len(asked) - 1)

    monkeypatch.setattr(subprocess, "run", run)
    open_lab("means", "", "")
    assert asked[0][-2:] == ["--quiet", "no-such-package>=1"]
    sys.path.pop(0)
    with pytest.raises(Exception, match="pip could not install no-such-package>=1"):
        open_lab("means", "", "")


def test_data_on_a_drive_is_mounted(tmp_path: Path, start: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab_in(tmp_path)
    mounted: list[str] = []
    drive = types.SimpleNamespace(mount=mounted.append)
    monkeypatch.setitem(sys.modules, "google.colab.drive", drive)  # type: ignore[arg-type]
    open_lab("means", "", "/content/drive/MyDrive/data")
    assert mounted == ["/content/drive"]
    assert os.environ["COURSE_DATA"] == "/content/drive/MyDrive/data"
