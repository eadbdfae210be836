"""What a box may read, where an environment links to packages that lie elsewhere."""

from pathlib import Path

import pytest

import data_utils
from autograder.sandbox import places


@pytest.fixture
def readable_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What is readable where site-packages has a link to a folder."""

    def readable(target: Path) -> tuple[Path, ...]:
        packages = tmp_path / "site-packages"
        packages.mkdir()
        (packages / "linked").symlink_to(target)
        monkeypatch.setattr("sys.path", [str(packages)])
        return places.readable.__wrapped__()

    return readable


def test_a_linked_package_is_read_where_it_lies(readable_with, tmp_path: Path) -> None:
    (tmp_path / "store/torch").mkdir(parents=True)
    assert tmp_path / "store/torch" in readable_with(tmp_path / "store/torch")
    assert tmp_path / "store" not in places.readable()


@pytest.mark.parametrize("part", [".", "solutions", ".."])
def test_a_link_to_the_course_opens_nothing(readable_with, part: str) -> None:
    target = (Path(data_utils.__path__[0]).parent / part).resolve()
    assert target not in readable_with(target)
