"""The Siamese lab: fixtures and helpers are what they should be, and the real figures are reached."""

import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from autograder.authoring.master import read_master
from autograder.authoring.written import written_tasks
from autograder.course import find_course
from autograder.rubric import read_rubric
from data_utils.faces import drawn_faces, find_faces, read_people

ROOT = Path(__file__).parents[2]
LAB = find_course(ROOT).assignment("siamese")
FIXTURES = LAB.fixtures_dir
Loader = Callable[[Path], ModuleType]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Loader:
    """A script or helper of the lab by its path; names such as `figures` are other labs' too."""
    for folder in (LAB.public_dir, LAB.solution_dir):
        monkeypatch.syspath_prepend(str(folder))
    for name in ("verification", "figures"):
        monkeypatch.delitem(sys.modules, name, raising=False)

    def load_path(path: Path) -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"siamese_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        return module

    return load_path


@pytest.fixture
def verification(load: Loader) -> ModuleType:
    return load(LAB.public_dir / "verification.py")


# fixtures


def test_the_manifest_has_every_file_as_it_is() -> None:
    manifest = json.loads((FIXTURES / "MANIFEST.json").read_text())
    paths = [
        *FIXTURES.glob("*/*.json"),
        *FIXTURES.glob("*/people/*.json"),
        *FIXTURES.glob("checkpoints/*.pth"),
    ]
    assert set(manifest) == {path.relative_to(FIXTURES).as_posix() for path in paths}
    for path in paths:
        entry = manifest[path.relative_to(FIXTURES).as_posix()]
        assert entry["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest(), path.name


def test_the_script_makes_the_same_cases_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, load: Loader
) -> None:
    script = load(LAB.solution_dir / "make_fixtures.py")
    monkeypatch.setattr(script, "FIXTURES", tmp_path)
    script.main()
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.glob("s*/**/*.json"))
    assert made == sorted(path.relative_to(FIXTURES) for path in FIXTURES.glob("s*/**/*.json"))
    for name in made:
        assert (tmp_path / name).read_text() == (FIXTURES / name).read_text(), name


def test_who_is_on_a_secret_picture_is_not_in_the_case() -> None:
    people = json.loads((FIXTURES / "secret/people/embeddings.json").read_text())
    case = json.loads((FIXTURES / "secret/embeddings.json").read_text())
    assert case["pictures"]["shape"][0] == len(people) == 140
    assert people != sorted(people)
    assert set(case) == {"schema", "probe", "pictures", "people_file"}


def test_points_and_rubric_items_sum_up() -> None:
    rubric = read_rubric(LAB.rubric)
    assert sum(task.points for task in rubric.tasks.values()) == 100
    assert set(written_tasks(read_master(LAB.master), rubric)) == {"1.2", "5.2"}


def test_the_released_network_is_small() -> None:
    assert (FIXTURES / "checkpoints/siamese-release.pth").stat().st_size < 4_000_000


# the given helpers


def test_distances_of_both_kinds(verification: ModuleType) -> None:
    points = torch.tensor([[[0.0], [1.0]], [[10.0], [13.0]]])
    same, different = verification.distances(points)
    assert sorted(same) == [1, 3]
    assert sorted(different) == [9, 10, 12, 13]


def test_the_area_is_how_often_one_person_is_nearer(verification: ModuleType) -> None:
    rng = np.random.default_rng(0)
    same, different = rng.normal(1, 0.5, 40), rng.normal(2, 0.7, 60)
    nearer = (same[:, None] < different).mean()
    curve = verification.roc(same, different)
    assert curve.area == pytest.approx(nearer)
    threshold = curve.thresholds[curve.best]
    right = (same <= threshold).mean() - (different <= threshold).mean()
    every = [(same <= t).mean() - (different <= t).mean() for t in np.concatenate([same, different])]
    assert right == pytest.approx(max(every))


def test_one_shot_of_people_far_apart_and_of_all_alike(verification: ModuleType) -> None:
    apart = torch.arange(6.0).view(6, 1, 1).expand(6, 4, 2) * 10
    assert verification.one_shot(apart, ways=5) == 1
    noise = torch.randn(8, 10, 2, generator=torch.Generator().manual_seed(0))
    share = verification.one_shot(noise, ways=4, episodes=2000)
    assert abs(share - 0.25) < 6 * (0.25 * 0.75 / 2000) ** 0.5 + 0.1  # ten pictures a person are not endless
    with pytest.raises(ValueError, match="8 people, too few for 9"):
        verification.one_shot(noise, ways=9)


def test_drawn_people_join_the_real_ones(verification: ModuleType) -> None:
    drawn = verification.training_people(drawn_faces())
    assert len(drawn.imgs) == 400
    if not os.environ.get("COURSE_DATA"):
        pytest.skip("COURSE_DATA is not set: no real faces")
    both = verification.training_people(find_faces())
    assert len(both.imgs) == 400 + 370
    assert len({number for _, number in both.imgs}) == 77
    assert {path for path, _ in drawn.imgs} < {path for path, _ in both.imgs}


# real faces


def test_the_released_network_tells_real_people_apart(verification: ModuleType, load: Loader) -> None:
    """Three people: pixels have an area of 0.97 there; the figures that count are those of the five folds."""
    faces = find_faces()
    if faces.source != "att_faces":
        pytest.skip("COURSE_DATA is not set: no real faces")
    probes = load(LAB.public_dir / "probes.py")
    assert probes.WEIGHTS == "siamese.pth"
    release = load(LAB.solution_dir / "train_release.py")
    net = release.network("lab")
    weights = torch.load(FIXTURES / "checkpoints/siamese-release.pth", weights_only=True)
    net.load_state_dict(dict(zip(net.state_dict(), weights.values(), strict=True)))
    pictures = torch.stack(list(read_people(faces.root / "testing", release.SIZE).values()))
    assert release.figures_of(release.embed(net, pictures))["area"] > 0.9
