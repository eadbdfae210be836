"""The course's pages and its table."""

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from tests.reports.fake import make_result, make_task

RUBRIC = 'title = "{}"\n[tasks."3.1"]\ntitle = "Prototypes"\nkind = "code"\npoints = 20\n'
CLASS = '[{"student": "ada", "name": "Ada <b>L</b>"}, {"student": "ben", "name": "Ben"}]'


@pytest.fixture
def graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with two graded labs; Ben handed in nothing of the second."""
    (tmp_path / "assignments").mkdir()
    (tmp_path / "autograder/graders").mkdir(parents=True)
    for name, students in (("one", ("ada", "ben")), ("two", ("ada",))):
        (tmp_path / f"autograder/graders/{name}.toml").write_text(RUBRIC.format(name.title()))
        (tmp_path / name / "results").mkdir(parents=True)
        (tmp_path / name / "class.json").write_text(CLASS)
        for student in students:
            result = make_result(student, make_task("3.1", "failed"))
            result = result.model_copy(update={"assignment": name})
            (tmp_path / name / f"results/{student}.json").write_text(result.to_json())
    (tmp_path / "one/report").mkdir()
    (tmp_path / "one/report/ada.html").write_text("hers")
    (tmp_path / "course.toml").write_text('title = "Few labels"\n[weights]\none = 3\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_table_and_a_page_for_each_student(graded: Path) -> None:
    done = CliRunner().invoke(app, ["course", "report", "one", "two", "--out", "out"])
    assert done.exit_code == 0, done.output
    rows = {
        row["student"]: row
        for row in csv.DictReader(io.StringIO((graded / "out/course.csv").read_text("utf-8-sig")))
    }
    assert rows["ada"]["one"] == rows["ada"]["two"] == rows["ben"]["one"]
    assert rows["ben"]["two"] == ""
    assert float(rows["ben"]["percent"]) == pytest.approx(0.75 * float(rows["ada"]["percent"]), abs=0.01)
    page = (graded / "out/ada.html").read_text()
    assert "Ada &lt;b&gt;L&lt;/b&gt;" in page
    assert 'href="../one/report/ada.html"' in page
    assert "Not handed in." in (graded / "out/ben.html").read_text()
    index = (graded / "out/index.html").read_text()
    assert "<b>L</b>" not in index
    assert "weight 3" in index


@pytest.mark.parametrize(
    ("rules", "told"), [("title =", "is not TOML"), ("free_days = -1", "free_days"), ("late = 1", "late")]
)
def test_rules_that_are_none_are_one_sentence(graded: Path, rules: str, told: str) -> None:
    (graded / "course.toml").write_text(rules)
    done = CliRunner().invoke(app, ["course", "report", "one"])
    assert told in str(done.exception)


def test_ids_of_two_platforms_are_not_mixed(graded: Path) -> None:
    for name, platform in (("one", "moodle"), ("two", "canvas")):
        students = f'[{{"student": "ada", "platform": "{platform}", "identity": "1"}}]'
        (graded / name / "class.json").write_text(students)
    done = CliRunner().invoke(app, ["course", "report", "one", "two"])
    assert "whose ids mean different people" in str(done.exception)
