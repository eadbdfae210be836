"""Reading STL-10 part by part, and the drawn objects that stand in for it."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from data_utils import objects, stl10
from data_utils.places import DataError
from data_utils.stl10 import NO_LABEL, STL10, find_stl10, read_part, write_part


@pytest.fixture(autouse=True)
def _few_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No set anywhere, and few objects to draw."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("COURSE_DATA", raising=False)
    few = {"train": 20, "test": 10, "unlabeled": 30}
    monkeypatch.setattr(objects, "PARTS", few)
    monkeypatch.setattr(stl10, "PARTS", few)


def _pictures(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 3, 96, 96), dtype=np.uint8)


def test_what_was_written_is_read_as_torchvision_reads_it(tmp_path: Path) -> None:
    pictures = _pictures(3)
    write_part(tmp_path, "train", pictures, np.array([0, 9, 4]))
    raw = np.fromfile(tmp_path / "stl10_binary/train_X.bin", dtype=np.uint8)
    theirs = np.transpose(raw.reshape(-1, 3, 96, 96), (0, 1, 3, 2))  # torchvision's own two lines
    assert (theirs == pictures).all()
    assert np.fromfile(tmp_path / "stl10_binary/train_y.bin", dtype=np.uint8).tolist() == [1, 10, 5]
    images, labels = read_part(find_stl10(tmp_path), "train")
    assert (images == pictures).all()
    assert labels.tolist() == [0, 9, 4]


def test_a_picture_is_upright_and_its_label_beside_it(tmp_path: Path) -> None:
    pictures = np.zeros((1, 3, 96, 96), dtype=np.uint8)
    pictures[0, 0, :10] = 255  # red above
    write_part(tmp_path, "train", pictures, np.array([7]))
    image, label = STL10(find_stl10(tmp_path), "train")[0]
    assert label == 7
    assert image.getpixel((50, 5)) == (255, 0, 0)
    assert image.getpixel((5, 50)) == (0, 0, 0)


def test_training_pictures_stand_in_for_missing_unlabelled_ones_without_labels(tmp_path: Path) -> None:
    pictures = _pictures(2)
    write_part(tmp_path, "train", pictures, np.array([3, 4]))
    found = find_stl10(tmp_path)
    assert "`train` stands in" in str(found)
    images, labels = read_part(found, "unlabeled")
    assert (images == pictures).all()
    assert labels.tolist() == [NO_LABEL, NO_LABEL]
    write_part(tmp_path, "unlabeled", pictures[::-1])
    assert "stands in" not in str(find_stl10(tmp_path))
    assert (read_part(find_stl10(tmp_path), "unlabeled")[0] == pictures[::-1]).all()


def test_files_that_do_not_fit_are_one_sentence_that_names_them(tmp_path: Path) -> None:
    write_part(tmp_path, "train", _pictures(2), np.array([3, 4]))
    folder = tmp_path / "stl10_binary"
    with pytest.raises(DataError, match=r"test_X\.bin is missing"):
        read_part(find_stl10(tmp_path), "test")
    (folder / "train_y.bin").write_bytes(b"\1")
    with pytest.raises(DataError, match=r"train_y\.bin does not hold the labels"):
        read_part(find_stl10(tmp_path), "train")
    (folder / "train_X.bin").write_bytes(b"\1" * 1000)
    with pytest.raises(DataError, match=r"train_X\.bin is cut off: 1000 bytes"):
        read_part(find_stl10(tmp_path), "train")


def test_objects_stand_in_for_the_whole_set_and_it_says_so() -> None:
    found = find_stl10()
    assert found.source == "objects"
    assert "drawn objects stand in" in str(found)
    assert found.classes == objects.SHAPES
    assert np.bincount(STL10(found, "train").labels).tolist() == [2] * 10
    assert len(STL10(found, "unlabeled")) == 30
    assert (STL10(found, "unlabeled").labels == NO_LABEL).all()
    assert find_stl10() == found


def test_pictures_are_the_same_each_time_and_shared_by_no_two_parts() -> None:
    drawn = {part: objects.draw_part(part)[0] for part in ("train", "test")}
    assert (objects.draw_object("train", 7) == drawn["train"][7]).all()
    seen = {hashlib.sha256(image.tobytes()).digest() for images in drawn.values() for image in images}
    assert len(seen) == 30


@pytest.mark.parametrize("shape", range(10))
def test_every_shape_covers_a_part_of_the_picture(shape: int) -> None:
    rng = np.random.default_rng(0)
    cover, _ = objects._object(objects.SHAPES[shape], 0.4, np.array([0.5, 0.5]), rng)
    assert 0.08 < cover.mean() < 0.6
    assert 0 <= cover.min() <= cover.max() <= 1
