"""Part 2: counting, validation, fitting, and the network."""

import io
import re
from contextlib import redirect_stdout

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from .tools import either, flat, flat_gradient, given, in_this_process, number


def counts(ns, case):
    """How many predictions are said to be right."""
    return {"count": number(ns["count_correct"](case["y_pred"], case["y_true"]))}


def validation(ns, case):
    """Loss and accuracy over batches of several sizes, with your count_correct and with one that counts
    something else; the model, its modes and gradients beside.
    """

    def other(y_pred, y_true, *more, **options):
        return int(y_true.sum())

    def with_other():
        with given(ns, "validate", count_correct=other):
            return _validated(ns, case)

    return either(own=lambda: _validated(ns, case), given=with_other)


def _validated(ns, case):
    model = _Classifier(case)
    data = TensorDataset(case["images"], case["labels"])
    observed = {}
    for size in case["sizes"].tolist():
        for training in (True, False):
            model.train(training)
            loss, accuracy = ns["validate"](model, F.cross_entropy, DataLoader(data, size))
            name = f"{size}_{'train' if training else 'eval'}"
            observed[f"loss_{name}"] = number(loss)
            observed[f"accuracy_{name}"] = number(accuracy)
            observed[f"mode_{name}"] = int(model.training)
    observed["gradient"] = flat_gradient(model.parameters())
    observed["statistics"] = torch.cat([model.norm.running_mean, model.norm.running_var])
    observed["recorded"] = torch.tensor(model.recorded)
    return observed


def fitting(ns, case):
    """The weights after some epochs of fit on a model that comes in eval mode, and what is printed meanwhile;
    with your validate, and with one that asks for the loss of the pictures and says two numbers of the case.
    """

    def other(model, loss_fn, dataloader, *more, **options):
        for x, y in dataloader:
            loss_fn(model(x), y)
        return tuple(case["said"].tolist())

    def with_other():
        with given(ns, "fit", validate=other, count_correct=lambda *more, **options: 0):
            return _fitted(ns, case)

    return either(own=lambda: _fitted(ns, case), given=with_other)


def _fitted(ns, case):
    model = _Classifier(case).eval()
    train_dl, val_dl = (
        DataLoader(TensorDataset(case["images"][rows], case["labels"][rows]), 4)
        for rows in (slice(0, 12), slice(12, None))
    )
    optimiser = torch.optim.SGD(model.parameters(), lr=case["rate"])
    with in_this_process(), redirect_stdout(io.StringIO()) as silent:
        ns["fit"](model, optimiser, F.cross_entropy, train_dl, val_dl, case["epochs"], print_metrics=False)
    observed = {
        "weights": flat(model.parameters()),
        "statistics": torch.cat([model.norm.running_mean, model.norm.running_var]),
        "silent": len(silent.getvalue()),
    }
    model = _Classifier(case)
    optimiser = torch.optim.SGD(model.parameters(), lr=case["rate"])
    with in_this_process(), redirect_stdout(io.StringIO()) as printed:
        ns["fit"](model, optimiser, F.cross_entropy, train_dl, val_dl, case["epochs"])
    pictures = torch.cat(model.seen)
    validated = (pictures[:, None] == case["images"][None, 12:]).all(dim=2).any(dim=1)
    numbers = [float(text) for text in re.findall(r"-?\d+\.\d+", printed.getvalue())]
    return observed | {"validated": int(validated.sum()), "printed": torch.tensor(numbers[:1000])}


def resnet(ns, case):
    """Shapes of all weights of the network, and its output where these are numbers of the case."""
    with torch.device("meta"):
        model = ns["ResNetSTL10"](case["num_classes"])
    shapes = sorted((*weights.shape, *([0] * (4 - weights.dim()))) for weights in model.parameters())
    model = model.to_empty(device="cpu").eval()
    pattern = torch.randn(1 << 16, generator=torch.Generator().manual_seed(case["seed"]))
    with torch.no_grad():
        for weights in model.parameters():
            count = weights.numel()
            values = pattern.repeat(-(-count // len(pattern)))[:count].view_as(weights)
            weights.copy_(
                values * (2 / max(weights[0].numel(), 1)) ** 0.5 if weights.dim() > 1 else values.abs()
            )
        for name, values in model.named_buffers():
            values.fill_(1.0 if name.endswith("running_var") else 0.0)
    output = model(case["images"])
    return {"shapes": torch.tensor(shapes), "output": output.detach(), "learns": int(output.requires_grad)}


class _Classifier(nn.Module):
    """Linear, batch normalisation, dropout, linear; notes its images, and whether gradients are recorded."""

    def __init__(self, case) -> None:
        super().__init__()
        self.first = nn.Linear(case["w1"].shape[1], case["w1"].shape[0])
        self.norm = nn.BatchNorm1d(len(case["w1"]))
        self.drop = nn.Dropout(case["dropout"])
        self.last = nn.Linear(case["w2"].shape[1], case["w2"].shape[0])
        self.recorded: list[int] = []
        self.seen: list[Tensor] = []
        with torch.no_grad():
            self.first.weight.copy_(case["w1"])
            self.last.weight.copy_(case["w2"])
            self.first.bias.zero_()
            self.last.bias.zero_()
            self.norm.running_mean.copy_(case["means"])

    def forward(self, x: Tensor) -> Tensor:
        self.recorded.append(int(torch.is_grad_enabled()))
        self.seen.append(x.detach())
        return self.last(self.drop(torch.tanh(self.norm(self.first(x)))))
