"""Finding MNIST, and its stand-in in MNIST's own format."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.datasets import MNIST

from data_utils.mnist import FILES, IMAGES, find_mnist, packaged_digits, split_digits, write_mnist
from data_utils.places import DataError


@pytest.fixture(autouse=True)
def _nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("COURSE_DATA", raising=False)


def _pretend(root: Path) -> None:
    """Files of the real set's sizes, without its content."""
    raw = root / "MNIST/raw"
    raw.mkdir(parents=True)
    for part, count in IMAGES.items():
        for name, size in zip(FILES[part], (16 + count * 784, 8 + count), strict=True):
            with open(raw / name, "wb") as file:
                file.truncate(size)


def test_the_package_has_500_images_of_each_digit() -> None:
    images, labels = packaged_digits()
    assert images.shape == (5000, 28, 28)
    assert images.dtype == np.uint8
    assert images.max() == 255
    assert np.bincount(labels).tolist() == [500] * 10


def test_the_two_parts_share_no_image_and_have_all_classes_in_mixed_order() -> None:
    parts = split_digits()
    seen = {part: {image.tobytes() for image in images} for part, (images, _) in parts.items()}
    assert {part: len(images) for part, images in seen.items()} == {"train": 4000, "t10k": 1000}
    assert not seen["train"] & seen["t10k"]
    assert np.bincount(parts["t10k"][1]).tolist() == [100] * 10
    assert len(set(parts["t10k"][1][:20].tolist())) > 4


def test_torchvision_reads_what_was_written(tmp_path: Path) -> None:
    images = np.arange(3 * 784).astype(np.uint8).reshape(3, 28, 28)
    write_mnist(tmp_path, "train", images, np.array([7, 0, 9], dtype=np.uint8))
    write_mnist(tmp_path, "t10k", images[:1], np.array([4], dtype=np.uint8))
    train = MNIST(str(tmp_path), train=True, download=True)  # downloads nothing: the files are there
    assert torch.equal(train.data, torch.from_numpy(images))
    assert train.targets.tolist() == [7, 0, 9]
    assert MNIST(str(tmp_path), train=False).targets.tolist() == [4]


def test_without_the_real_set_the_digits_stand_in_and_it_says_so() -> None:
    found = find_mnist()
    assert found.source == "digits"
    assert "5,000 of its digits stand in" in str(found)
    assert len(MNIST(str(found.root), train=True)) == 4000
    assert find_mnist() == found


def test_the_real_set_is_found_where_course_data_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pretend(tmp_path / "course")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "course"))
    found = find_mnist()
    assert (found.root, found.source) == (tmp_path / "course", "mnist")
    assert str(tmp_path / "course") in str(found)


def test_a_folder_that_was_named_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _pretend(tmp_path / "course")
    _pretend(tmp_path / "named")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "course"))
    assert find_mnist(tmp_path / "named").root == tmp_path / "named"


def test_a_cut_off_or_missing_file_is_one_sentence_that_names_it(tmp_path: Path) -> None:
    _pretend(tmp_path)
    labels = tmp_path / "MNIST/raw/train-labels-idx1-ubyte"
    labels.write_bytes(b"\0" * 100)
    with pytest.raises(DataError, match=r"train-labels-idx1-ubyte has 100 bytes, not 60008\. Remove "):
        find_mnist(tmp_path)
    labels.unlink()
    with pytest.raises(DataError, match="train-labels-idx1-ubyte is missing"):
        find_mnist(tmp_path)
