"""Weights that a student trained and handed in beside the notebook, in whatever wrapping they came.

What is read are tensors, by their names in the network. Files that a browser or a learning platform renamed
are found, and so are those in another format or folder; what `DataParallel`, `torch.compile` or a dictionary
put around the names is taken off.
"""

import os
import pickle
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

_ENDINGS = (".pth", ".pt", ".safetensors", ".ckpt", ".bin", ".pth.tar")
_COPY = re.compile(r"[-_ ]?(?:copy|kopie|copie)?[-_ ]?\(?\d{0,3}\)?", re.IGNORECASE)
_WRAPPED = re.compile(r"(?:^|(?<=\.))_orig_mod\.")  # what torch.compile puts before a name
_IN_MODULES = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
_MOST = 1_000  # files that are looked at
_TAIL = 3  # parts of a name that say which tensor it is: 0.0.weight


class Weights(dict[str, Any]):
    """A network's tensors by name, and what else the file says about them, such as `trained_on`.

    A name that is there in other words is found: without the part of the network in front of it, or with one.
    """

    def __init__(self, tensors: Mapping[str, Any], about: Mapping[str, Any], file: str) -> None:
        super().__init__(tensors)
        self._about = dict(about)
        self._file = file

    def __missing__(self, name: str) -> Any:
        if name in self._about:
            return self._about[name]
        if "." not in name and all(isinstance(value, torch.Tensor) for value in self.values()):
            return self  # what it was to be wrapped in
        if (key := self._in_other_words(name)) is not None:
            return self[key]
        raise LookupError(
            f"{self._file} has no weights called {name}. It has: {_listed([*self, *self._about])}. "
            "Save the state_dict() of the network as the notebook defines it."
        )

    def _in_other_words(self, name: str) -> str | None:
        """The one key that ends like `name` where the names of modules above it differ, if there is one."""
        parts = name.split(".")
        for kept in range(len(parts), 0, -1):
            alike = [key for key in self if key.split(".")[-kept:] == parts[-kept:]]
            if len(alike) == 1 and (kept >= _TAIL or name.endswith(f".{alike[0]}")):
                return alike[0]
            if alike:
                return None
        return None

    def get(self, name: str, default: Any = None) -> Any:
        """The value of that very name, or the default."""
        return super().get(name, self._about.get(name, default))


def read_weights(path: str | os.PathLike[str]) -> Any:
    """The tensors in the file that was handed in as `path`, on the CPU, and what else it says.

    Raises:
        FileNotFoundError: it is not there under any name; says where it comes from.
        pickle.UnpicklingError: it holds other things than tensors, numbers and texts.
        ValueError: it is no file of weights; says what it is.
        LookupError: on reading: there are no weights of that name; says which there are.
    """
    file = _found(Path(path))
    return _unwrapped(_loaded(file), file.name)


def _found(path: Path) -> Path:
    """The file, or the one that must be meant: renamed as a copy, with another ending, in another folder."""
    if path.is_file():
        return path
    there = sorted(_weights_below(path.parent), key=lambda file: (len(file.parts), str(file)))
    wanted = _stem(path)
    same = [file for file in there if _is_copy(_stem(file), wanted)]
    others = [
        file for file in there if not _stem(file).startswith(wanted) and not wanted.startswith(_stem(file))
    ]
    if same:
        return same[0]
    if len(others) == 1 == len(there):
        return others[0]
    seen = f" There is: {_listed([file.name for file in there])}." if there else ""
    raise FileNotFoundError(
        f"{path.name} is not beside the notebook: "
        f"run the training and the cell that saves it. The last cell packs both to be handed in.{seen}"
    )


def _weights_below(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))[:_MOST]
        yield from (Path(here, name) for name in sorted(names)[:_MOST] if name.lower().endswith(_ENDINGS))


def _stem(path: Path) -> str:
    name = path.name.lower()
    ending = next((end for end in sorted(_ENDINGS, key=len, reverse=True) if name.endswith(end)), "")
    return name.removesuffix(ending)


def _is_copy(stem: str, wanted: str) -> bool:
    """Whether `stem` is the wanted one, numbered as a copy or with a student's name in front of it."""
    before, found, after = stem.rpartition(wanted)
    return bool(found) and bool(_COPY.fullmatch(after)) and (not before or before[-1] in "-_ .")


def _loaded(file: Path) -> Any:
    with open(file, "rb") as opened:
        head = opened.read(64)
    if not head.strip(b"\0"):
        raise ValueError(f"{file.name} is empty: save the weights again.")
    if head.startswith(b"version https://git-lfs"):
        raise ValueError(
            f"{file.name} is a pointer that Git LFS leaves in place of the file: run git lfs pull, and hand "
            "in the file itself."
        )
    if head.lstrip().lower().startswith((b"<!doctype", b"<html")):
        raise ValueError(f"{file.name} is a web page and no weights: download the file itself.")
    try:
        if head[8:9] == b"{":
            from safetensors.torch import load_file

            return dict(sorted(load_file(file).items(), key=lambda named: _place(named[0])))
        return torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise pickle.UnpicklingError(
            f"{file.name} holds a whole network or other Python objects, which are not opened. Save its "
            f'tensors alone: torch.save(net.state_dict(), "{file.name}"), or as the notebook does.'
        ) from None
    except Exception:
        raise ValueError(
            f"{file.name} cannot be read as weights: it is damaged or of another format. Save it again with "
            "torch.save, and hand it in anew."
        ) from None


def _place(name: str) -> tuple[list[str | int], int]:
    """Where a network has the tensor of this name: safetensors keeps them in an order of its own."""
    module, _, kind = name.rpartition(".")
    path = [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", module)]
    return path, _IN_MODULES.index(kind) if kind in _IN_MODULES else len(_IN_MODULES)


def _unwrapped(state: Any, file: str) -> Weights:
    """The dictionary of tensors in what was saved; the rest is what it says about them."""
    if not isinstance(state, Mapping):
        raise ValueError(f"{file} holds {type(state).__name__} and no dictionary of weights.")
    nested = {
        str(name): Weights(_plain(value), {}, file)
        for name, value in state.items()
        if isinstance(value, Mapping) and _is_tensors(value)
    }
    tensors = {str(name): value for name, value in state.items() if isinstance(value, torch.Tensor)}
    about = {str(name): value for name, value in state.items() if str(name) not in tensors} | nested
    if tensors or not nested:
        return Weights(_plain(tensors), about, file)
    if len(nested) == 1:
        return Weights(next(iter(nested.values())), about, file)
    parts = {f"{part}.{name}": value for part, inner in nested.items() for name, value in inner.items()}
    return Weights(parts, about, file)


def _is_tensors(state: Mapping[str, Any]) -> bool:
    return bool(state) and all(isinstance(value, torch.Tensor) for value in state.values())


def _plain(state: Mapping[str, Any]) -> dict[str, Any]:
    """The tensors without what DataParallel and torch.compile put before their names."""
    names = {name: _WRAPPED.sub("", str(name)) for name in state}
    if names and all(name.startswith("module.") for name in names.values()):
        names = {name: plain.removeprefix("module.") for name, plain in names.items()}
    return {plain: state[name] for name, plain in names.items()}


def _listed(names: list[str]) -> str:
    return ", ".join(names[:4]) + (", ..." if len(names) > 4 else "") or "nothing"
