"""Weights that are read beside a notebook: tensors, or a sentence."""

import copy
import pickle
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from data_utils.handed_in import read_weights

NET = nn.Sequential(OrderedDict(encoder=nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))))
STATE = NET.state_dict()
WANTED = STATE["encoder.0.weight"]


def test_tensors_come_back(tmp_path: Path) -> None:
    torch.save({"weight": torch.arange(3)}, tmp_path / "net.pth")
    assert read_weights(tmp_path / "net.pth")["weight"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "saved",
    [
        {"net": STATE, "trained_on": "glyphs"},
        STATE,
        {"model_state_dict": STATE, "epoch": 3, "history": [0.1]},
        {f"module.{name}": value for name, value in STATE.items()},
        {f"_orig_mod.{name}": value for name, value in STATE.items()},
        {"net": {name.replace("encoder.", "encoder._orig_mod."): value for name, value in STATE.items()}},
        {f"module._orig_mod.{name}": value for name, value in STATE.items()},
        {"net": NET.encoder.state_dict()},
        {name.replace("encoder.", "old.features."): value for name, value in STATE.items()},
    ],
)
def test_every_wrapping_is_taken_off(tmp_path: Path, saved: object) -> None:
    torch.save(saved, tmp_path / "net.pth")
    state = read_weights(tmp_path / "net.pth")
    name = "encoder.0.weight" if "old" not in str(list(state)) else "x.features.0.weight"
    assert state["net"][name].equal(WANTED)
    assert state.get("trained_on") in ("glyphs", None)
    assert len(state) == len(STATE)


def test_a_network_loads_what_it_was_wrapped_in(tmp_path: Path) -> None:
    torch.save({"state_dict": nn.DataParallel(NET).state_dict()}, tmp_path / "net.pth")
    fresh = copy.deepcopy(NET)
    for parameter in fresh.parameters():
        nn.init.zeros_(parameter)
    fresh.load_state_dict(read_weights(tmp_path / "net.pth"))
    assert fresh.state_dict()["encoder.0.weight"].equal(WANTED)


@pytest.mark.parametrize(
    "name",
    ["net (1).pth", "net-1.pth", "net.pt", "weights/net.pth", "ada_net.pth", "ada.pth", "net.safetensors"],
)
def test_a_file_under_another_name_is_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (save_file if name.endswith("safetensors") else torch.save)(dict(STATE), tmp_path / name)
    assert read_weights(tmp_path / "net.pth")["encoder.0.weight"].equal(WANTED)


def test_tensors_of_every_format_come_in_the_order_of_the_network(tmp_path: Path) -> None:
    """Those who measure weights that have other names go by it."""
    state = nn.Sequential(
        *(nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)) for _ in range(11))
    ).state_dict()
    save_file(state, tmp_path / "net.safetensors")
    assert list(read_weights(tmp_path / "net.pth")) == list(state)


def test_the_file_of_another_task_is_not_taken(tmp_path: Path) -> None:
    torch.save(STATE, tmp_path / "net-without-0.pth")
    with pytest.raises(FileNotFoundError, match=r"There is: net-without-0\.pth\.$"):
        read_weights(tmp_path / "net.pth")


def test_a_missing_file_says_where_it_comes_from(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"^net\.pth is not beside the notebook: run the training"):
        read_weights(tmp_path / "net.pth")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b"version https://git-lfs.github.com/spec/v1", "a pointer that Git LFS leaves"),
        (b"<!DOCTYPE html>", "a web page"),
        (b"anything else", "cannot be read as weights"),
    ],
)
def test_what_are_no_weights_is_told(tmp_path: Path, data: bytes, told: str) -> None:
    (tmp_path / "net.pth").write_bytes(data)
    with pytest.raises((ValueError, pickle.UnpicklingError), match=told):
        read_weights(tmp_path / "net.pth")


def test_other_objects_are_refused_without_torchs_advice(tmp_path: Path) -> None:
    for other in (Path("x"), NET, {"net": STATE, "kept": np.float64(1)}):
        torch.save(other, tmp_path / "net.pth")
        with pytest.raises(pickle.UnpicklingError, match="Save its tensors alone: torch") as raised:
            read_weights(tmp_path / "net.pth")
        assert "weights_only" not in str(raised.value)


def test_weights_that_are_not_there_are_told_beside_those_that_are(tmp_path: Path) -> None:
    torch.save(STATE, tmp_path / "net.pth")
    with pytest.raises(LookupError, match=r"no weights called head\.bias\. It has: encoder\.0\.weight"):
        read_weights(tmp_path / "net.pth")["head.bias"]
