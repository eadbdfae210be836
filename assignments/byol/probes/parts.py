"""Given parts of a BYOL, whose weights are numbers of the case. They are no MLPs: the tangent of a linear
map.
"""

import torch
from torch import Tensor, nn

from data_utils.patience import not_for_long

ONLINE = ("online_encoder", "online_projector", "online_predictor")
TARGET = ("target_encoder", "target_projector")


class Part(nn.Module):
    """(N, ...) -> (N, outputs); treats each image by itself, and notes in which mode."""

    def __init__(self, inputs: int, outputs: int, seed: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        self.modes: list[int] = []
        fill(self, seed)

    def forward(self, x: Tensor) -> Tensor:
        self.modes.append(int(self.training))
        return torch.tanh(self.linear(x.flatten(start_dim=1)))


def fill(module: nn.Module, seed: int) -> nn.Module:
    """All weights by hand, in the order of the module."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weights in module.parameters():
            weights.copy_(torch.randn(weights.shape, generator=generator) * 0.5 + 0.1)
    return module


def encoder(case) -> Part:
    return Part(case["images"].flatten(start_dim=1).shape[1], case["features"], case["seed"])


def byol(ns, case, kind=None) -> nn.Module:
    """Your BYOL on a tiny encoder; where it cannot be made, an empty one of its class."""
    kind = kind or ns["BYOL"]
    sizes = {
        "input_size": case["features"],
        "hidden_size": case["hidden"],
        "projection_size": case["projection"],
    }
    try:
        with not_for_long():
            return kind(encoder(case), **sizes, tau=case["tau"])
    except Exception:
        model = kind.__new__(kind)
        nn.Module.__init__(model)
        model.tau = case["tau"]
        return model


def with_parts(model: nn.Module, case, alike: bool = False) -> nn.Module:
    """The model with given parts in place of yours; the target takes gradients if yours does.

    With `alike` the target starts as a copy of the online network.
    """
    features, projection, seed = case["features"], case["projection"], case["seed"]
    sizes = {"encoder": (case["images"][0].numel(), features), "projector": (features, projection)}
    for number, name in enumerate((*ONLINE, *TARGET)):
        own = getattr(model, name, None)
        learns = (
            any(w.requires_grad for w in own.parameters()) if isinstance(own, nn.Module) else name in ONLINE
        )
        inputs, outputs = sizes.get(name.partition("_")[2], (projection, projection))
        part = Part(inputs, outputs, seed + (number % 3 if alike else number))
        setattr(model, name, part.requires_grad_(learns or name in ONLINE))
    return model


def state(model: nn.Module, names) -> Tensor:
    """All weights of these parts, one after the other."""
    weights = [w.detach().float().flatten() for name in names for w in getattr(model, name).parameters()]
    return torch.cat(weights)
