"""Results read from disk."""

from pathlib import Path

import pytest

from autograder.course.layout import CourseError
from autograder.reports.store import read_results
from tests.reports.fake import make_class


def write_results(folder: Path) -> None:
    (folder / "results").mkdir()
    for result in make_class():
        (folder / "results" / f"{result.student}.json").write_text(result.to_json(), encoding="utf-8")


def test_results_come_back_as_they_were(tmp_path: Path) -> None:
    write_results(tmp_path)
    assert read_results(tmp_path) == make_class()


def test_a_folder_without_results_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="autograder grade"):
        read_results(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 2}'])
def test_a_file_that_is_no_result_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "ada.json").write_text(text)
    with pytest.raises(CourseError, match=r"ada\.json is no result"):
        read_results(tmp_path)
