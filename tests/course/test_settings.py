"""Where a course lies on the web."""

from pathlib import Path

import pytest

from autograder.course.layout import CourseError
from autograder.course.settings import Settings, read_settings


def test_a_course_has_an_address_or_none(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings(bundles="", repository="")
    (tmp_path / "course.toml").write_text('free_days = 4\n[web]\nbundles = "https://example.org/labs"\n')
    assert read_settings(tmp_path).bundles == "https://example.org/labs"


@pytest.mark.parametrize("text", ["[web", "[web]\nbundels = ''", "[web]\nbundles = 3", "web = 3"])
def test_a_mistake_in_it_is_one_sentence_with_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "course.toml").write_text(text)
    with pytest.raises(CourseError, match=r"course\.toml"):
        read_settings(tmp_path)
