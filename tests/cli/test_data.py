"""`autograder data`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli.data import app
from data_utils.places import DataError


@pytest.fixture(autouse=True)
def _nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("COURSE_DATA", raising=False)


def test_status_says_what_stands_in_and_how_to_get_the_real_set() -> None:
    done = CliRunner().invoke(app, ["status"])
    assert done.exit_code == 0
    assert "drawn glyph alphabets stand in" in done.output
    assert "autograder data prepare omniglot" in done.output
    assert "autograder data prepare mnist" in done.output


def test_status_names_the_folder_of_the_real_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "course" / "omniglot-py" / "images_background").mkdir(parents=True)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "course"))
    assert str(tmp_path / "course" / "omniglot-py") in CliRunner().invoke(app, ["status"]).output


def test_an_unknown_set_is_bad_usage() -> None:
    done = CliRunner().invoke(app, ["prepare", "imagenet"])
    assert done.exit_code == 2


def test_a_partial_set_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "course" / "omniglot-py" / "images_background" / "Latin" / "character01").mkdir(parents=True)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "course"))
    done = CliRunner().invoke(app, ["prepare", "omniglot"])
    assert isinstance(done.exception, DataError)
    assert "has 1 characters, but Omniglot has 964" in str(done.exception)


def test_a_download_that_fails_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(root: Path) -> Path:
        raise RuntimeError("no route")

    monkeypatch.setattr("data_utils.omniglot._download", fail)
    done = CliRunner().invoke(app, ["prepare", "--download"])
    assert isinstance(done.exception, DataError)
    assert "COURSE_DATA" in str(done.exception)
