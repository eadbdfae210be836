"""Where real data is found; what else lies in the cache folder is none."""

from pathlib import Path

import pytest

from data_utils.places import cache_dir, sets_found


def test_a_set_counts_and_what_we_cached_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    (cache_dir() / "recordings").mkdir()
    assert sets_found() == []
    for folder in (tmp_path / "data/att_faces", cache_dir() / "MNIST"):
        folder.mkdir(parents=True)
    assert sets_found() == [tmp_path / "data/att_faces", cache_dir() / "MNIST"]
