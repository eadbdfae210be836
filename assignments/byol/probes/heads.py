"""Part 7: few labels."""

import torch
from torch import nn
from torch.nn import functional as F

from .parts import fill
from .tools import flat


def heads(ns, case):
    """A classifier on an encoder, frozen or not: before and after one step of training; and what is usual."""
    observed = {}
    for name, freeze in (("frozen", True), ("free", False)):
        encoder = _encoder(case)
        model = ns["with_head"](encoder, case["features"], case["num_classes"], freeze=freeze)
        with torch.no_grad():
            for weights in model.parameters():
                if weights.shape == (case["num_classes"], case["features"]):
                    weights.copy_(case["head"])
                elif weights.shape == (case["num_classes"],):
                    weights.zero_()
        observed[f"{name}_before"] = model.eval()(case["images"]).detach()
        model.train()
        trained = [weights for weights in model.parameters() if weights.requires_grad]
        observed[f"{name}_trained"] = sum(weights.numel() for weights in trained)
        optimizer = torch.optim.SGD(trained, lr=case["rate"])
        F.cross_entropy(model(case["images"]), case["labels"]).backward()
        optimizer.step()
        observed[f"{name}_after"] = model.eval()(case["images"]).detach()
        observed[f"{name}_original"] = torch.cat([flat(encoder.parameters()), flat(encoder.buffers())])
        observed[f"{name}_original_mode"] = int(encoder.training)
    usual = ns["with_head"](_encoder(case), case["features"])
    observed["usual_shape"] = torch.tensor(usual(case["images"]).shape)
    observed["usual_trained"] = sum(
        weights.numel() for weights in usual.parameters() if weights.requires_grad
    )
    return observed


def _encoder(case) -> nn.Module:
    """Images -> features of either sign: linear and batch normalisation."""
    pixels = case["images"].flatten(start_dim=1).shape[1]
    layers = nn.Flatten(), nn.Linear(pixels, case["features"]), nn.BatchNorm1d(case["features"])
    return fill(nn.Sequential(*layers), 1)
