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


def test_pictures_that_stand_in_are_not_drawn_by_a_look(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["status"])
    assert "drawn objects stand in" in done.output
    assert "drawn people stand in" in done.output
    assert not [
        path.name for path in (tmp_path / "few-label-labs").iterdir() if path.name.startswith(("obj", "peo"))
    ]


def test_faces_are_prepared_and_cannot_be_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_utils.faces.DRAWN", {"training": 2, "testing": 1})
    done = CliRunner().invoke(app, ["prepare", "att_faces"])
    assert done.output.endswith("att_faces: prepared\n")
    done = CliRunner().invoke(app, ["prepare", "att_faces", "--download"])
    assert isinstance(done.exception, DataError)
    assert "set COURSE_DATA to its folder" in str(done.exception)


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
