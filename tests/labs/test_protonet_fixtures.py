"""The ProtoNet lab's fixtures are what its scripts make, and the manifest says so."""

import hashlib
import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from data_utils.omniglot import OmniGlotDataSet

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures/protonet"
MADE = ("sample/*.json", "secret/*.json", "checkpoints/*.pth", "example_data.json")


@pytest.fixture
def make_fixtures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script, set to write to another folder."""
    if OmniGlotDataSet().source != "omniglot":
        pytest.skip("the real Omniglot is not here: set COURSE_DATA to its folder")
    folder = ROOT / "solutions/protonet"
    monkeypatch.syspath_prepend(str(folder))
    spec = importlib.util.spec_from_file_location("make_fixtures", folder / "make_fixtures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "FIXTURES", tmp_path)
    return module


def test_the_manifest_has_every_file_as_it_is():
    manifest = json.loads((FIXTURES / "MANIFEST.json").read_text())
    there = {
        path.relative_to(FIXTURES).as_posix(): path for pattern in MADE for path in FIXTURES.glob(pattern)
    }
    assert set(manifest) == set(there)
    for name, path in there.items():
        data = path.read_bytes()
        assert manifest[name]["bytes"] == len(data), name
        assert manifest[name]["sha256"] == hashlib.sha256(data).hexdigest(), name


def test_the_script_makes_the_same_cases_again(make_fixtures: ModuleType, tmp_path: Path):
    make_fixtures.main()
    made = [path.relative_to(tmp_path) for path in tmp_path.rglob("*.json") if path.name != "MANIFEST.json"]
    assert len(made) == len(make_fixtures.SAMPLE) + len(make_fixtures.SECRET) + 1
    for name in made:
        assert (tmp_path / name).read_text() == (FIXTURES / name).read_text(), name
