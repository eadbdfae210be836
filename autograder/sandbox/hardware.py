"""What code may say of a machine that a box is not: a GPU, a compiler, somebody who types. Runs inside.

What is harmless does nothing: a tensor that is sent to a GPU stays where it is, a compiled function is the
function itself. What cannot be had raises one sentence that says so, in place of torch's.
"""

import builtins
import functools
import pdb
import re
import sys
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

NO_GPU = "grading has no GPU: use `device`, where it is given, or that of the tensors at hand."

_GPUS = ("cuda", "mps", "xpu")
_REFUSED = re.compile(
    r"not compiled with CUDA|Found no NVIDIA driver|No CUDA GPUs|CUDA driver|no CUDA-capable device"
    r"|not linked with support for mps|MPS backend|'(?:CUDA|MPS|XPU)' backend"
    r"|not compiled with (?:MPS|XPU)|an MPS device"
)
_WAITING = (
    "synchronize",
    "empty_cache",
    "set_device",
    "reset_peak_memory_stats",
)  # of torch.cuda and the like


def explained(message: str) -> str:
    """An exception's message, or our sentence where torch says that there is no such device."""
    return NO_GPU if _REFUSED.search(message) else message


def forgive() -> None:
    """From now on, in this process, requests that only make sense on another machine do nothing."""
    for kind in (torch.Tensor, nn.Module):
        for name in _GPUS:
            if hasattr(kind, name):
                setattr(kind, name, _itself)
        kind.to = _stays_here(kind.to)  # type: ignore[method-assign, assignment]
    torch.Tensor.pin_memory = _itself  # type: ignore[method-assign, assignment]
    for module in (torch.cuda, torch.mps, torch.xpu):
        for name in _WAITING:
            if hasattr(module, name):
                setattr(module, name, _nothing)
    torch.compile = _not_compiled  # type: ignore[assignment]
    nn.Module.compile = _nothing  # type: ignore[method-assign, assignment]
    sys.breakpointhook = pdb.set_trace = _nothing
    builtins.input = lambda prompt="", /: ""  # Enter


def _itself(self: Any, *args: Any, **options: Any) -> Any:
    return self


def _nothing(*args: Any, **options: Any) -> None:
    return None


def _stays_here(to: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(to)
    def to_what_is_here(self: Any, *args: Any, **options: Any) -> Any:
        if args and type(args[0]) is int:
            args = ("cpu", *args[1:])
        return to(self, *map(_here, args), **{name: _here(value) for name, value in options.items()})

    return to_what_is_here


def _here(value: Any) -> Any:
    """A device that is here in place of a GPU; anything else as it is."""
    kind = value.partition(":")[0] if isinstance(value, str) else getattr(value, "type", None)
    return "cpu" if isinstance(kind, str) and kind in _GPUS else value


def _not_compiled(model: Any = None, **options: Any) -> Any:
    return (lambda function: function) if model is None else model
