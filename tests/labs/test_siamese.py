"""The Siamese lab: fixtures, helpers, notebook and what mistakes cost are as they should be."""

import hashlib
import importlib
import importlib.util
import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from autograder.authoring.master import read_master
from autograder.authoring.notebook import solved_notebook
from autograder.authoring.written import written_tasks
from autograder.course.layout import find_course
from autograder.course.rubric import read_rubric
from autograder.submission.magics import without_magics
from data_utils.cases import read_case
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


@pytest.fixture(scope="module")
def cells() -> dict[str, str]:
    """The solved notebook's code by cell."""
    notebook = json.loads(solved_notebook(read_master(LAB.master), LAB.name))
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"}


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


@pytest.mark.parametrize("part", ["sample", "secret"])
def test_whom_weights_are_measured_on_is_not_in_the_case(part: str) -> None:
    case = json.loads((FIXTURES / part / "weights.json").read_text())
    assert set(case) == {"schema", "probe", "images", "people_file"}
    people = read_case((FIXTURES / case["people_file"]).read_text())
    assert people["pictures"].shape == (140, 1, 64, 64)
    assert torch.bincount(people["people"]).tolist() == [10] * 14


def test_one_name_of_a_person_is_the_beginning_of_another() -> None:
    for path in FIXTURES.glob("*/pairs*people.json"):
        names = read_case(path.read_text())["names"]
        assert names == sorted(names)
        assert names[1].startswith(names[0])


def test_the_loss_is_asked_for_equal_outputs_and_beyond_the_margin() -> None:
    """Where it is 0, whoever computes it: equal pictures of one class, and two classes far apart."""
    paths = list(FIXTURES.glob("*/pairs_*outputs.json")) + list(FIXTURES.glob("*/pairs_with_a_margin.json"))
    assert len(paths) == 3
    for path in paths:
        case = read_case(path.read_text())
        distance = (case["output1"] - case["output2"]).norm(dim=1)
        different = case["label"] == 1
        assert (distance[~different] == 0).sum() == 1, path.name
        assert (distance[~different] > 0).any(), path.name
        assert (distance[different] > case.get("margin", 2.0)).any(), path.name


def test_no_gradient_is_asked_for_where_implementations_differ() -> None:
    paths = list(FIXTURES.glob("*/gradient*.json")) + list(FIXTURES.glob("*/batch*.json"))
    assert len(paths) == 11
    for path in paths:
        case = read_case(path.read_text())
        distance = (case["output1"] - case["output2"]).norm(dim=1)
        assert (distance > 0.25 * case["margin"]).all(), path.name
        assert ((distance - case["margin"]).abs() > 0.15 * case["margin"]).all(), path.name


@pytest.mark.parametrize("part", ["sample", "secret"])
@pytest.mark.parametrize("name", ["pairs", "pairs_of_two_people"])
def test_an_honest_data_set_hardly_ever_fails_by_chance(part: str, name: str) -> None:
    """An upper bound of the chance, also for those who draw people evenly, so that some pictures are rare."""
    case = read_case((FIXTURES / part / f"{name}.json").read_text())
    draws, pictures = case["draws"], torch.bincount(case["people"]).tolist()
    band = 3 * math.sqrt(draws)  # six deviations of a fair coin
    lopsided = 2 * _tail(draws, draws / 2 + band, 0.5)
    unseen = sum(4 * own * (1 - 0.5 / own / len(pictures)) ** draws for own in pictures)
    twice = _tail(int(draws / 2 - band), 0.6 * (draws / 2 - band), 1 / min(pictures))
    assert lopsided + unseen + twice < 2e-8


def _tail(draws: int, least: float, chance: float) -> float:
    """The chance of `least` or more of so many draws."""
    k = np.arange(math.ceil(least), draws + 1)
    ways = [math.lgamma(draws + 1) - math.lgamma(n + 1) - math.lgamma(draws - n + 1) for n in k]
    return float(np.exp(ways + k * math.log(chance) + (draws - k) * math.log1p(-chance)).sum())


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


# the notebook


def test_the_gradient_by_hand_agrees_with_three_other_ways(
    cells: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(LAB.public_dir))
    for name in ("verification", "figures"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    ns: dict[str, object] = {"SEED": 42}
    for name in ("imports", "answer-1-1", "answer-2", "compare-gradients"):
        exec(compile(without_magics(cells[name]), name, "exec"), ns)
    worst = dict(re.findall(r"^(\S.*?) +largest difference (\S+)$", capsys.readouterr().out, re.MULTILINE))
    assert set(worst) == {"autograd", "torch", "central differences"}
    # `F.pairwise_distance` adds 1e-6 to each difference; the gradients of six pairs move by less.
    assert all(float(number) < 2e-6 for number in worst.values()), worst


@pytest.mark.slow
def test_the_notebook_runs_on_drawn_people(cells: dict[str, str], tmp_path: Path) -> None:
    """All of it, with a training of one step: every picture is drawn, the weights are written."""
    shown = "matplotlib.pyplot.show = lambda: (print('FIGURE'), matplotlib.pyplot.close('all'))"
    source = ["import matplotlib", "matplotlib.use('Agg')", "import matplotlib.pyplot", shown]
    for name, text in cells.items():
        if not name.startswith("check-"):
            source.append(text)
    (tmp_path / "notebook.py").write_text(without_magics("\n\n".join(source)))
    variables = {name: value for name, value in os.environ.items() if name != "COURSE_DATA"}
    variables |= {"PYTHONPATH": os.pathsep.join((str(LAB.public_dir), str(ROOT))), "OMP_NUM_THREADS": "1"}
    variables["LAB_TRIAL"] = "1"
    ran = subprocess.run([sys.executable, "notebook.py"], cwd=tmp_path, env=variables,
                         capture_output=True, text=True, check=False)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("FIGURE") == 9
    assert re.search(r"^all +898,338$", ran.stdout, re.MULTILINE)
    assert re.search(r"^ 5-way 1-shot: .* by chance 20 %$", ran.stdout, re.MULTILINE)
    assert (tmp_path / "siamese.pth").stat().st_size < 4_000_000


# the training on real faces


@pytest.mark.parametrize("name", ["wide", "lab"])
def test_half_of_the_pairs_in_training_are_of_one_person(load: Loader, name: str) -> None:
    release = load(LAB.solution_dir / "train_release.py")
    torch.manual_seed(0)
    batches = list(release.RECIPES[name].batches(32, 10))
    assert len(batches) == 8
    people = [numbers[places] // 10 for numbers, *pair in batches for places in pair]
    same = torch.cat([one == other for one, other in zip(people[::2], people[1::2], strict=True)])
    assert abs(same.double().mean() - 0.5) < 6 * 0.5 / len(same) ** 0.5
    assert set(torch.cat(people).tolist()) == set(range(32))


def test_a_wide_embedding_has_length_one_and_does_not_mind_light_or_mirrors(load: Loader) -> None:
    net = load(LAB.solution_dir / "train_release.py").WideNetwork()
    pictures = torch.rand(3, 1, 128, 128, generator=torch.Generator().manual_seed(0))
    net.train()
    with torch.no_grad():
        points = net(pictures)
        torch.testing.assert_close(points.norm(dim=1), torch.ones(3))
        torch.testing.assert_close(net(0.5 * pictures + 0.2), points, atol=0.02, rtol=0)
        net.eval()
        torch.testing.assert_close(net(pictures.flip(-1)), net(pictures))


# the released network


def test_the_released_network_tells_real_people_apart(verification: ModuleType, load: Loader) -> None:
    """Three people: pixels have an area of 0.97 there; the figures that count are those of the five folds."""
    faces = find_faces()
    if faces.source != "att_faces":
        pytest.skip("COURSE_DATA is not set: no real faces")
    release = load(LAB.solution_dir / "train_release.py")
    net = release.lab_network()
    weights = torch.load(FIXTURES / "checkpoints/siamese-release.pth", weights_only=True)
    net.load_state_dict(dict(zip(net.state_dict(), weights.values(), strict=True)))
    pictures = torch.stack(list(read_people(faces.root / "testing", release.SIZE).values()))
    assert release.figures_of(release.embed(net, pictures))["area"] > 0.9
