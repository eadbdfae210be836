"""`autograder report`."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from autograder.cli.report import report
from autograder.grading.provenance import Made, write_made
from autograder.reports.similarity import keep, likenesses
from tests.conftest import HandIn, Run
from tests.reports.fake import make_class, make_task

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
    told = done.output
    assert "median for mean, in 3.1: chiara, dmitri" in told
    assert "A prototype is the median of its" in told
    assert "near-identical" not in told  # no part without something to say
    assert "since the last" not in told
    assert not (tmp_path / "graded" / "report").exists()


def test_text_says_what_the_page_says(app: typer.Typer, tmp_path: Path) -> None:
    graded = tmp_path / "graded"
    code = "\n".join(["def loss(x):", *(f"    v{n} = x.sum({n}) - x.mean({n})" for n in range(60))])
    keep(likenesses({"ada": [code], "benno": [code]}, []), graded / "alike.json")
    note = Made(
        path="", recording="", judging="", result="", seed=0, command="", seconds=7.5, probes={}, versions={}
    )
    (graded / "made").mkdir()
    write_made(note, graded, "ada")
    CliRunner().invoke(app, ["graded"])
    (worse,) = [result for result in make_class() if result.student == "ada"]
    worse = worse.model_copy(
        update={"tasks": (*worse.tasks[:2], make_task("3.1", "failed"), *worse.tasks[3:])}
    )
    (graded / "results" / "ada.json").write_text(worse.to_json())
    kept = (graded / "last.json").read_bytes()
    told = CliRunner().invoke(app, ["graded", "--text"]).output
    assert "100 %: ada, benno" in told
    assert "ada, 3.1: 20 → 0" in told
    assert "ada 7.5 s" in told
    counts = [int(line.split()[2]) for line in told.splitlines() if "█" in line]
    assert sum(counts) == len(make_class()) - 1  # without the one whom we failed to grade
    assert (graded / "last.json").read_bytes() == kept


def test_without_text_the_pages_are_written(app: typer.Typer, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["graded"])
    assert done.output.strip() == str(Path("graded/report/index.html"))
    assert len(list((tmp_path / "graded" / "report").glob("*.html"))) == 11


def test_an_earlier_year_is_told_on_the_page_now_and_later(
    course: Path, hand_in: HandIn, run: Run, tmp_path: Path
) -> None:
    code = "\n".join(["def loss(x):", *(f"    v{n} = x.sum({n}) - x.mean({n})" for n in range(60))])
    mine = hand_in(tmp_path / "submissions", {"ada": code})
    hand_in(tmp_path / "2025", {"zoe": code, "yun": code})
    out = tmp_path / "graded"
    assert run(course, "grade", "example", mine, "--out", out).returncode == 0
    assert run(course, "report", out, "--earlier", tmp_path / "nowhere").returncode == 2
    assert "an earlier year" not in (out / "report/index.html").read_text()
    told = run(course, "report", out, "--earlier", tmp_path / "2025")
    assert told.returncode == 0, told.stderr
    assert "2025/zoe (an earlier year)" in (out / "report/index.html").read_text()
    run(course, "grade", "example", mine, "--out", out)
    assert "2025/zoe (an earlier year)" in (out / "report/index.html").read_text()
