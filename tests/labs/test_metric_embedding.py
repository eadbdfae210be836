"""The metric embedding lab: notebook and `.py` files are graded alike, and the real figures are reached."""

import hashlib
import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader

from autograder.authoring.master import read_master
from autograder.authoring.notebook import solved_notebook
from autograder.course.layout import find_course
from autograder.results.schema import Result
from data_utils.cases import read_case
from data_utils.mnist import MNISTFolder, find_mnist
from tests.commands import grade
from tests.labs.alone import alone

ROOT = Path(__file__).parents[2]
LAB = find_course(ROOT).assignment("metric_embedding")
FIXTURES = LAB.fixtures_dir
WEIGHTS = ("metric-embedding.pth", "metric-embedding-without-0.pth")

TRAINING = """
import torch
from dataset import MNISTMetricDataset
from model import IdentityModel, SimpleMetricEmbedding
from torch.utils.data import DataLoader
from utils import compute_representations, evaluate, train

if __name__ == "__main__":
    loader = DataLoader(MNISTMetricDataset(), batch_size=64, shuffle=True, drop_last=True)
    model = SimpleMetricEmbedding(1)
    for epoch in range(3):
        train(model, torch.optim.Adam(model.parameters(), lr=1e-3), loader)
    torch.save(model.state_dict(), "metric-embedding.pth")
"""


def _load(path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A script or helper of the lab by its path; names such as `utils` are other labs' too."""
    for folder in (LAB.public_dir, LAB.solution_dir):
        monkeypatch.syspath_prepend(str(folder))
    for name in ("utils", "figures"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    spec = importlib.util.spec_from_file_location(f"metric_embedding_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def utils(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return _load(LAB.public_dir / "utils.py", monkeypatch)


class Pixels(torch.nn.Module):
    """Images are their own embeddings."""

    def get_features(self, images: torch.Tensor) -> torch.Tensor:
        return images.flatten(1)


def _digits(count: int, seed: int = 0) -> list[tuple[torch.Tensor, int]]:
    images = torch.rand(count, 1, 3, 3, generator=torch.Generator().manual_seed(seed))
    return [(image, number % 3) for number, image in enumerate(images)]


# the given helpers


class Network(torch.nn.Module):
    """A convolution and a normalisation with weights of some size, for images of 3 x 3."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Conv2d(1, 9, 2), torch.nn.BatchNorm2d(9), torch.nn.ReLU(), torch.nn.AvgPool2d(2)
        )
        generator = torch.Generator().manual_seed(1)
        for parameter in self.parameters():
            torch.nn.init.normal_(parameter, generator=generator)

    def get_features(self, images: torch.Tensor) -> torch.Tensor:
        return self.layers(images).flatten(1)


@pytest.mark.parametrize("model", [Pixels(), Network()], ids=["pixels", "network"])
@pytest.mark.slow
def test_results_do_not_depend_on_the_batches(utils: ModuleType, model: torch.nn.Module) -> None:
    known, unseen = _digits(30), _digits(40, seed=1)
    representations = utils.compute_representations(model, DataLoader(known, 1), 3, 9)
    predicted, targets = utils.predict(model, representations, DataLoader(unseen, 1))
    accuracy = utils.evaluate(model, representations, DataLoader(unseen, 1))
    assert 0 < accuracy < 1  # else it says nothing
    for size in (2, 7, 30, 64):
        same = utils.compute_representations(model, DataLoader(known, size), 3, 9)
        torch.testing.assert_close(same, representations, rtol=1e-5, atol=1e-6)
        assert torch.equal(utils.predict(model, representations, DataLoader(unseen, size))[0], predicted)
        assert utils.evaluate(model, representations, DataLoader(unseen, size)) == accuracy
    assert targets.tolist() == [target for _, target in unseen]


def test_results_are_those_of_one_image_at_a_time(utils: ModuleType) -> None:
    model, known, unseen = Network().eval(), _digits(30), _digits(40, seed=1)
    representations = []
    for c in range(3):
        mean = torch.stack([_embedded(model, image) for image, target in known if target == c]).mean(0)
        representations.append(mean / mean.norm())
    found = utils.compute_representations(model, DataLoader(known, 7), 3, 9)
    torch.testing.assert_close(found, torch.stack(representations), rtol=1e-5, atol=1e-6)
    right = 0
    for image, target in unseen:
        embedding = _embedded(model, image)
        distances = [(embedding / embedding.norm() - one).square().sum().item() for one in representations]
        right += distances.index(min(distances)) == target
    assert utils.evaluate(model, found, DataLoader(unseen, 7)) == right / len(unseen)


def _embedded(model: Network, image: torch.Tensor) -> torch.Tensor:
    return model.get_features(image[None])[0].detach()


def test_batches_may_hold_positives_and_negatives(utils: ModuleType) -> None:
    data = [(image, torch.zeros_like(image), torch.zeros_like(image), target) for image, target in _digits(9)]
    plain = utils.compute_representations(Pixels(), DataLoader(_digits(9), 4), 3, 9)
    torch.testing.assert_close(utils.compute_representations(Pixels(), DataLoader(data, 4), 3, 9), plain)


def test_predictions_are_squared_distances_of_one_or_many(utils: ModuleType) -> None:
    representations, r = torch.randn(3, 5), torch.randn(4, 5)
    wanted = torch.cdist(r, representations) ** 2
    torch.testing.assert_close(utils.make_predictions(representations, r), wanted, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(utils.make_predictions(representations, r[0]), wanted[0], rtol=1e-4, atol=1e-5)


def test_a_class_without_examples_never_wins(utils: ModuleType) -> None:
    representations = utils.compute_representations(Pixels(), DataLoader(_digits(9), 4), 5, 9)
    assert representations[3:].isnan().all()
    opposite = [(-image, target) for image, target in _digits(9)]  # far from every class that is there
    predicted, _ = utils.predict(Pixels(), representations, DataLoader(opposite, 4))
    assert (predicted < 3).all()


# what is handed in


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """The reference as a notebook and as two modules with a script, graded by the command."""
    folder = tmp_path_factory.mktemp("class")
    for student in ("notebook", "modules"):
        (folder / "handed_in" / student).mkdir(parents=True)
        for name in WEIGHTS:
            shutil.copy(LAB.solution_dir / "files" / name, folder / "handed_in" / student)
    notebook = json.loads(solved_notebook(read_master(LAB.master), LAB.name))
    (folder / "handed_in/notebook/metric_embedding.ipynb").write_text(json.dumps(notebook))
    source = {cell["id"]: "".join(cell["source"]) + "\n\n\n" for cell in notebook["cells"]}
    modules = folder / "handed_in/modules"
    imports = source["imports"].replace("import figures\n", "")
    (modules / "dataset.py").write_text(imports + source["answer-1"])
    answers = (source[f"answer-{task}"] for task in ("2b", "2c", "3c", "4"))
    (modules / "model.py").write_text(imports + "".join(answers))
    (modules / "train.py").write_text(TRAINING)
    alone(LAB.name, folder / "course")
    return grade(folder / "course", LAB.name, folder / "handed_in", folder / "graded")


def test_two_modules_get_what_the_notebook_gets(graded: dict[str, Result]) -> None:
    assert graded["notebook"].score == 92  # all but the written task
    assert graded["modules"].tasks == graded["notebook"].tasks
    assert graded["modules"].score == graded["notebook"].score


# fixtures


def test_the_manifest_has_every_file_as_it_is() -> None:
    manifest = json.loads((FIXTURES / "MANIFEST.json").read_text())
    patterns = ("sample/**/*.json", "secret/**/*.json", "checkpoints/*.pth")
    there = {p.relative_to(FIXTURES).as_posix(): p for pattern in patterns for p in FIXTURES.glob(pattern)}
    assert set(manifest) == set(there)
    for name, path in there.items():
        assert manifest[name]["bytes"] == path.stat().st_size, name
        assert manifest[name]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest(), name


def test_the_script_makes_the_same_cases_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = _load(LAB.solution_dir / "make_fixtures.py", monkeypatch)
    monkeypatch.setattr(script, "FIXTURES", tmp_path)
    script.main()
    made = [path.relative_to(tmp_path) for path in tmp_path.rglob("*.json")]
    assert len(made) > 30
    for name in made:
        again, there = (json.loads((folder / name).read_text()) for folder in (tmp_path, FIXTURES))
        if name.name == "MANIFEST.json":
            assert again.keys() <= there.keys()
        else:
            _assert_same_case(*(read_case((folder / name).read_text()) for folder in (tmp_path, FIXTURES)))


def _assert_same_case(again: dict[str, Any], there: dict[str, Any]) -> None:
    """Up to one level of grey: processors differ in the last digit before the rounding."""
    assert again.keys() == there.keys()
    for name, value in there.items():
        if isinstance(value, torch.Tensor):
            torch.testing.assert_close(again[name], value, rtol=0, atol=1.01 / 255)
        else:
            assert again[name] == value


def test_no_case_holds_the_digits_that_weights_are_measured_on() -> None:
    for path in FIXTURES.glob("*/trained_*.json"):
        assert set(json.loads(path.read_text())) == {"schema", "probe", "images", "measured_on"}


# real data


@pytest.fixture
def real() -> MNISTFolder:
    found = find_mnist()
    if found.source != "mnist":
        pytest.skip("the real MNIST is not here: set COURSE_DATA to its folder")
    return found


def test_the_released_networks_and_image_space_reach_their_figures(
    real: MNISTFolder, utils: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _load(LAB.solution_dir / "train_release.py", monkeypatch).namespace(real, epochs=0)
    dataset = made["MNISTMetricDataset"]
    known, unseen = (DataLoader(dataset(real.root, split), 500) for split in ("traineval", "test"))

    def accuracy(model: torch.nn.Module, emb_size: int) -> tuple[float, float]:
        representations = utils.compute_representations(model, known, 10, emb_size)
        predicted, target = utils.predict(model, representations, unseen)
        right = (predicted == target).double()
        return right.mean().item(), right[target == 0].mean().item()

    assert 0.821 <= accuracy(made["IdentityModel"](), 784)[0] <= 0.822
    for name, least in zip(WEIGHTS, (0.98, 0.96), strict=True):
        network = made["SimpleMetricEmbedding"](1)
        state = torch.load(FIXTURES / f"checkpoints/released-{name}", weights_only=True)
        network.load_state_dict(state)
        assert accuracy(network, 32)[0] >= least, name
