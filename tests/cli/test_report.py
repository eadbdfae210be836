"""`autograder report`."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from autograder.cli.report import report
from tests.reports.fake import make_class

RUBRIC = 'title = "Prototypical networks"\n[tasks."3.1"]\ntitle = "Prototypes"\nkind = "code"\npoints = 20\n'


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """The command, in a small course with a graded class in `graded/`."""
    (tmp_path / "assignments").mkdir()
    (tmp_path / "autograder" / "graders").mkdir(parents=True)
    (tmp_path / "autograder" / "graders" / "protonet.toml").write_text(RUBRIC)
    (tmp_path / "graded" / "results").mkdir(parents=True)
    for result in make_class():
        (tmp_path / "graded" / "results" / f"{result.student}.json").write_text(result.to_json())
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    app.command()(report)
    return app


def test_text_prints_the_table_and_writes_nothing(app: typer.Typer, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["graded", "--text"])
    assert done.exit_code == 0
    assert "median for mean" in done.output
    assert not (tmp_path / "graded" / "report").exists()


def test_without_text_the_pages_are_written(app: typer.Typer, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["graded"])
    assert done.output.strip() == str(Path("graded/report/index.html"))
    assert len(list((tmp_path / "graded" / "report").glob("*.html"))) == 11
