import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from data_utils import omniglot
from data_utils.omniglot import OmniGlotDataSet, sample_from_torch_sample_dict
from data_utils.places import DataError


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No data and an empty cache folder, which is returned."""
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/few-label-labs"


@pytest.fixture
def small_set(nowhere: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A set in Omniglot's layout with 2 + 1 characters; its folder."""
    monkeypatch.setattr(omniglot, "CHARACTERS", {"background": 2, "evaluation": 1})
    generator = np.random.default_rng(0)
    for character in (
        "background/Runes/character01",
        "background/Runes/character02",
        "evaluation/Ogham/character01",
    ):
        folder = tmp_path / "data/omniglot-py" / f"images_{character}"
        folder.mkdir(parents=True)
        for number in range(1, 21):
            paper = generator.random((105, 105)) > 0.1
            Image.fromarray(paper).save(folder / f"0001_{number:02d}.png")
    return tmp_path / "data/omniglot-py"


@pytest.fixture(scope="module")
def real() -> OmniGlotDataSet:
    data = OmniGlotDataSet()
    if data.source != "omniglot":
        pytest.skip("the real Omniglot is not here: set COURSE_DATA to its folder")
    return data


@pytest.fixture
def samples() -> dict[str, torch.Tensor]:
    """Five classes of eight samples, each sample a number of its own."""
    return {f"c{c}": torch.arange(8 * c, 8 * c + 8).float().view(8, 1) for c in range(5)}


# episodes


def test_an_episode_has_the_asked_shapes_and_the_samples_of_the_named_classes(samples):
    support, query, classes = sample_from_torch_sample_dict(list(samples), samples, 3, 2, 4)
    assert support.shape == (3, 2, 1)
    assert query.shape == (3, 4, 1)
    for name, of_class in zip(classes, torch.cat([support, query], dim=1), strict=True):
        assert set(of_class.flatten().tolist()) <= set(samples[name].flatten().tolist())


def test_nothing_is_drawn_twice_in_an_episode(samples):
    for seed in range(20):
        torch.manual_seed(seed)
        support, query, classes = sample_from_torch_sample_dict(list(samples), samples, 5, 3, 5)
        assert len(set(classes)) == 5
        assert torch.cat([support, query], dim=1).unique().numel() == 40


def test_every_class_and_sample_is_drawn_about_equally_often(samples):
    torch.manual_seed(0)
    drawn = [
        torch.cat(sample_from_torch_sample_dict(list(samples), samples, 2, 1, 1)[:2]) for _ in range(2000)
    ]
    counts = torch.bincount(torch.cat(drawn).flatten().long(), minlength=40)
    assert counts.sum() == 8000
    assert (counts - 200).abs().max() < 5 * 200**0.5


def test_episodes_come_from_torchs_generator_alone(samples):
    def draw() -> torch.Tensor:
        return torch.cat(sample_from_torch_sample_dict(list(samples), samples, 3, 2, 2)[:2], dim=1)

    torch.manual_seed(7)
    first, second = draw(), draw()
    torch.manual_seed(7)
    assert torch.equal(first, draw())
    assert torch.equal(second, draw())
    assert not torch.equal(first, second)


def test_an_episode_does_not_share_memory_with_the_data(samples):
    support, _, _ = sample_from_torch_sample_dict(["c0"], samples, 1, 8, 0)
    support.zero_()
    assert samples["c0"].sum() == 28


@pytest.mark.parametrize(
    ("ways", "shots", "told"), [(6, 1, "only 5 classes"), (2, 8, r"num_support \+ num_query is 9")]
)
def test_asking_for_more_than_there_is_says_so(samples, ways, shots, told):
    with pytest.raises(ValueError, match=told):
        sample_from_torch_sample_dict(list(samples), samples, ways, shots, 1)


# preparing and loading


def test_without_omniglot_drawn_glyphs_stand_in(nowhere: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(omniglot.glyphs, "_ALPHABETS", {"background": 1, "evaluation": 1})
    data = OmniGlotDataSet()
    assert data.source == "glyphs"
    assert "stand in" in str(data)
    of_part = {part: data.init_torch_sample_dict(part) for part in ("background", "evaluation")}
    assert all(len(classes) == 12 * 4 for classes in of_part.values())
    assert not set(of_part["background"]) & set(of_part["evaluation"])
    images = torch.stack(list(of_part["background"].values()))
    assert images.shape == (48, 20, 1, 28, 28)
    assert images.dtype == torch.float32
    assert images.min() == 0
    assert images.max() == 1
    assert 0.02 < images.mean() < 0.4  # ink on paper, not paper on ink
    assert images.flatten(2).unique(dim=1).shape[1] == 20


def test_a_set_is_read_from_torchvisions_layout(small_set: Path):
    data = OmniGlotDataSet(small_set.parent)
    assert data.source == "omniglot"
    classes = data.init_torch_sample_dict("background")
    assert list(classes)[:5] == [
        "Runes/character01/rot000",
        "Runes/character01/rot090",
        "Runes/character01/rot180",
        "Runes/character01/rot270",
        "Runes/character02/rot000",
    ]
    upright, turned = classes["Runes/character01/rot000"], classes["Runes/character01/rot090"]
    assert torch.equal(turned, upright.rot90(1, dims=(-2, -1)))
    assert 0.02 < upright.mean() < 0.3


def test_processes_prepare_the_same_images(small_set: Path, nowhere: Path):
    one = OmniGlotDataSet(small_set).init_torch_sample_dict("background")
    one = {name: images.clone() for name, images in one.items()}
    shutil.rmtree(nowhere)
    many = OmniGlotDataSet(small_set).init_torch_sample_dict("background", use_multi_proc=True)
    assert all(torch.equal(one[name], many[name]) for name in one)


def test_later_loads_do_not_read_the_images(small_set: Path):
    data = OmniGlotDataSet(small_set)
    data.prepare_data_set()
    first = {name: images.clone() for name, images in data.init_torch_sample_dict("evaluation").items()}
    shutil.rmtree(small_set / "images_evaluation")
    again = data.init_torch_sample_dict("evaluation")
    assert all(torch.equal(first[name], again[name]) for name in first)


def test_writing_to_a_loaded_image_leaves_the_file_as_it_was(small_set: Path):
    data = OmniGlotDataSet(small_set)
    data.init_torch_sample_dict("evaluation")["Ogham/character01/rot000"].fill_(7)
    assert data.init_torch_sample_dict("evaluation")["Ogham/character01/rot000"].max() <= 1


def test_an_interrupted_preparation_leaves_nothing_that_would_be_loaded(
    small_set: Path, nowhere: Path, monkeypatch: pytest.MonkeyPatch
):
    data = OmniGlotDataSet(small_set)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(np, "save", fail)
        with pytest.raises(KeyboardInterrupt):
            data.init_torch_sample_dict("background")
    assert not list(nowhere.glob("*.npy"))
    assert len(data.init_torch_sample_dict("background")) == 8


# what is missing or broken


def test_a_missing_character_is_told(small_set: Path):
    shutil.rmtree(small_set / "images_background/Runes/character02")
    with pytest.raises(DataError, match=r"images_background has 1 characters.*autograder data prepare"):
        OmniGlotDataSet(small_set).prepare_data_set()


def test_a_missing_drawing_is_told(small_set: Path):
    (small_set / "images_background/Runes/character02/0001_07.png").unlink()
    with pytest.raises(DataError, match=r"character02 has 19 drawings.*autograder data prepare"):
        OmniGlotDataSet(small_set).prepare_data_set()


@pytest.mark.parametrize("content", [b"", b"no image"])
def test_a_broken_drawing_is_told(small_set: Path, content: bytes):
    (small_set / "images_background/Runes/character01/0001_03.png").write_bytes(content)
    with pytest.raises(DataError, match=r"0001_03\.png cannot be read.*autograder data prepare"):
        OmniGlotDataSet(small_set).prepare_data_set()


@pytest.mark.parametrize("suffix", [".npy", ".json"])
def test_a_cut_cache_file_is_told(small_set: Path, nowhere: Path, suffix: str):
    data = OmniGlotDataSet(small_set)
    data.prepare_data_set()
    path = nowhere / f"omniglot-background-28-v1{suffix}"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match=rf"{path.name} is partial or corrupt.*autograder data prepare"):
        data.init_torch_sample_dict("background")


def test_insisting_on_the_real_set_says_how_to_get_it(nowhere: Path):
    with pytest.raises(DataError, match="autograder data prepare omniglot --download"):
        OmniGlotDataSet(source="omniglot")


def test_another_part_is_refused(nowhere: Path):
    with pytest.raises(ValueError, match="'background' and 'evaluation'"):
        OmniGlotDataSet().init_torch_sample_dict("validation")  # type: ignore[arg-type]


# the example by file name


def test_an_example_is_read_by_file_name(small_set: Path):
    data = OmniGlotDataSet(small_set)
    listed = {
        "Ogham/character01/rot090": {"support": ["0001_02.png"], "query": ["0001_05.png", "0001_01.png"]}
    }
    support, query, classes = data.load_example_label_to_img_dict(listed)
    prepared = data.init_torch_sample_dict("evaluation")["Ogham/character01/rot090"]
    assert classes == list(listed)
    assert torch.equal(support, prepared[None, [1]])
    assert torch.equal(query, prepared[None, [4, 0]])


def test_an_example_needs_the_real_set(nowhere: Path):
    with pytest.raises(DataError, match="names files of the real Omniglot"):
        OmniGlotDataSet().load_example_label_to_img_dict({})


def test_an_example_of_an_unknown_character_is_told(small_set: Path):
    with pytest.raises(DataError, match="no character 'Elvish/character01'"):
        OmniGlotDataSet(small_set).load_example_label_to_img_dict(
            {"Elvish/character01/rot000": {"support": ["0001_01.png"], "query": []}}
        )


# the real set


def test_the_real_set_has_its_classes(real: OmniGlotDataSet):
    for part, count in (("background", 3856), ("evaluation", 2636)):
        classes = real.init_torch_sample_dict(part)
        assert len(classes) == count
        images = torch.stack(list(classes.values())[:40])
        assert images.shape == (40, 20, 1, 28, 28)
        assert images.min() >= 0
        assert images.max() <= 1
        assert 0.02 < images.mean() < 0.2


def test_the_real_example_shows_what_training_is_for(real: OmniGlotDataSet, monkeypatch: pytest.MonkeyPatch):
    """Train mode: an untrained network gets about half of the queries, the released one all."""
    course = Path(__file__).parents[2]
    monkeypatch.syspath_prepend(str(course / "assignments/protonet"))
    from encoder import OmniGlotEncoder

    listed = json.loads((course / "fixtures/protonet/example_data.json").read_text())
    support, query, _ = real.load_example_label_to_img_dict(listed)
    assert support.shape == query.shape == (12, 5, 1, 28, 28)
    target = torch.arange(12).repeat_interleave(5)

    def loss_and_accuracy(encoder: torch.nn.Module) -> tuple[float, float]:
        with torch.no_grad():
            embedded = encoder(torch.cat([support.flatten(0, 1), query.flatten(0, 1)]))
        logits = -torch.cdist(embedded[60:], embedded[:60].unflatten(0, (12, 5)).mean(dim=1))
        loss = torch.nn.functional.cross_entropy(logits, target)
        return float(loss), float((logits.argmax(dim=1) == target).float().mean())

    torch.manual_seed(42)
    loss, accuracy = loss_and_accuracy(OmniGlotEncoder())
    assert 1.3 < loss < 1.9
    assert 0.5 < accuracy < 0.8

    released = OmniGlotEncoder()
    path = course / "fixtures/protonet/checkpoints/proto-net-release.pth"
    weights = torch.load(path, weights_only=True)["proto_net"]
    released.load_state_dict({name.removeprefix("encoder."): tensor for name, tensor in weights.items()})
    loss, accuracy = loss_and_accuracy(released)
    assert loss < 0.05
    assert accuracy == 1
