"""Weights that are read beside a notebook: tensors, or a sentence."""

import pickle
from pathlib import Path

import pytest
import torch

from data_utils.handed_in import read_weights


def test_tensors_come_back(tmp_path: Path) -> None:
    torch.save({"weight": torch.arange(3)}, tmp_path / "net.pth")
    assert read_weights(tmp_path / "net.pth")["weight"].tolist() == [0, 1, 2]


def test_a_missing_file_says_where_it_comes_from(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"^net\.pth is not beside the notebook: run the training"):
        read_weights(tmp_path / "net.pth")


def test_other_objects_are_refused(tmp_path: Path) -> None:
    torch.save(Path("x"), tmp_path / "net.pth")
    with pytest.raises(pickle.UnpicklingError):
        read_weights(tmp_path / "net.pth")
