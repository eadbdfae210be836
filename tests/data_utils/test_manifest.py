"""The manifest says of each fixture what it is."""

import hashlib
import json
from pathlib import Path

import pytest

from data_utils.manifest import record


def test_an_entry_has_the_hash_the_size_and_the_facts(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    path = tmp_path / "secret/case.json"
    path.write_text("{}")
    record(tmp_path, path, seed=3, command="python make.py")
    assert json.loads((tmp_path / "MANIFEST.json").read_text()) == {
        "secret/case.json": {
            "sha256": hashlib.sha256(b"{}").hexdigest(),
            "bytes": 2,
            "seed": 3,
            "command": "python make.py",
        }
    }


def test_a_second_entry_keeps_the_first_and_a_new_one_replaces_the_old(tmp_path: Path) -> None:
    for name, text in (("b.json", "1"), ("a.json", "2"), ("b.json", "345")):
        (tmp_path / name).write_text(text)
        record(tmp_path, tmp_path / name)
    entries = json.loads((tmp_path / "MANIFEST.json").read_text())
    assert list(entries) == ["a.json", "b.json"]
    assert entries["b.json"]["bytes"] == 3


def test_a_file_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "case.json").write_text("{}")
    with pytest.raises(ValueError, match="case"):
        record(tmp_path / "lab", tmp_path / "case.json")
