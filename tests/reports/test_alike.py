"""A graded class says which submissions are nearly the same, and shows both."""

from pathlib import Path
from typing import Any

from tests.reports.test_similarity import COPIED, MINE, OTHER


def test_near_identical_submissions_stand_in_the_class_report(
    course: Path, run: Any, hand_in: Any, tmp_path: Path
) -> None:
    folder = hand_in(tmp_path / "class", {"ann": MINE, "bob": COPIED, "eve": OTHER})
    out = tmp_path / "out"
    assert run(course, "grade", "example", folder, "--out", out).returncode == 0
    page = (out / "report/index.html").read_text()
    assert "Near-identical code" in page
    assert "100 %" in page.partition("Near-identical code")[2]
    assert "# all my own work" not in page  # only what is alike is shown
    # Made again without the submissions, the report still says it.
    for notebook in folder.glob("*.ipynb"):
        notebook.unlink()
    assert run(course, "report", out).returncode == 0
    assert "Near-identical code" in (out / "report/index.html").read_text()


def test_the_table_for_pandas_is_written(
    course: Path, run: Any, hand_in: Any, right: str, tmp_path: Path
) -> None:
    folder = hand_in(tmp_path / "class", {"ann": right})
    run(course, "grade", "example", folder, "--out", tmp_path / "out")
    for name in ("table.csv", "table.parquet"):
        ran = run(course, "report", tmp_path / "out", "--table", tmp_path / name)
        assert ran.returncode == 0, ran.stderr
        assert (tmp_path / name).stat().st_size > 100
    told = run(course, "report", tmp_path / "out", "--text").stdout
    assert "difficulty" in told
    assert run(course, "report", tmp_path / "out", "--table", tmp_path / "t.xls").returncode == 2
