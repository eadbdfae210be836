"""Part 6: training."""

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from data_utils.patience import not_for_long

from .parts import ONLINE, TARGET, Part, byol, state, with_parts
from .tools import either, given, in_this_process

FORWARD, STEP, UPDATE = 0, 1, 2


def byol_training(ns, case):
    """How fit_byol trains your own model, and one that only notes what is done with it."""
    return either(own=lambda: _own(ns, case), given=lambda: _noted(ns, case))


def _own(ns, case):
    """The way of both networks. The parts are given; tau stays, also where your fit_byol has it rise."""
    tau = property(lambda self: case["tau"], lambda self, value: None)
    model = with_parts(byol(ns, case, type("BYOL", (ns["BYOL"],), {"tau": tau})), case, alike=True)
    optimizer = _Steps(model, [w for name in ONLINE for w in getattr(model, name).parameters()], case["rate"])
    model.eval()  # training puts it into train mode
    history = _fit(ns, model, optimizer, case, epochs=case["epochs"], patience=case["epochs"])
    return {
        "online": torch.stack([*optimizer.online, state(model, ONLINE)]),
        "target": torch.stack(optimizer.target),
        "modes": torch.tensor(model.online_encoder.modes),
        "history": torch.tensor([float(value) for value in history["train_loss"]]),
    }


def _noted(ns, case):
    model = _Noting(case)
    optimizer = _Steps(model, list(model.online.parameters()), case["rate"])
    model.eval()
    history = _fit(ns, model, optimizer, case, epochs=case["epochs"], patience=case["epochs"])
    return {
        "online": torch.stack([*optimizer.online, state(model, ("online",))]),
        "modes": torch.tensor(model.online.modes),
        "done": torch.tensor(model.done),
        "losses": torch.tensor(model.losses),
        "history": torch.tensor([float(value) for value in history["train_loss"]]),
    }


def early_stopping(ns, case):
    """For how many epochs fit_byol goes on when the loss of each epoch is dictated, for two models."""
    return either(own=lambda: _stopped(ns, case, _dictated), given=lambda: _stopped(ns, case, _noting))


def _stopped(ns, case, model_of):
    epochs = []
    for script, patience in zip(case["scripts"].tolist(), case["patiences"].tolist(), strict=True):
        model, weights, losses = model_of(ns, case, script)
        options = {"epochs": case["most_epochs"], "patience": patience} if patience else {}
        history = _fit(ns, model, _Steps(model, weights, case["rate"]), case, **options)
        batches = -(-len(case["x1"]) // case["batch"])
        epochs.append([len(losses) // batches, len(history["train_loss"])])
    return {"epochs": torch.tensor(epochs)}


def _noting(ns, case, script):
    model = _Noting(case, script)
    return model, list(model.online.parameters()), model.losses


def _dictated(ns, case, script):
    """Your model with given parts, its loss's value dictated."""
    model = with_parts(byol(ns, case), case, alike=True)
    plain, losses, batches = model.loss, [], -(-len(case["x1"]) // case["batch"])

    def loss(*outputs):
        value = plain(*outputs)
        losses.append(script[min(len(losses) // batches, len(script) - 1)])
        return value - value.detach() + losses[-1]

    model.loss = loss
    return model, [w for name in ONLINE for w in getattr(model, name).parameters()], losses


def deviations(ns, case):
    """The deviation of some projections, of two widths."""
    values = {
        name: [torch.as_tensor(ns["projection_deviation"](z)).detach().double() for z in case[name]]
        for name in ("narrow", "wide")
    }
    return {name: torch.stack(deviations) for name, deviations in values.items()}


def _fit(ns, model, optimizer, case, **options):
    views = list(zip(case["x1"], case["x2"], strict=True))
    loader = DataLoader([(pair, -1) for pair in views], case["batch"])
    parts = {"Watch": _NoWatch}
    try:
        with not_for_long():
            ns["projection_deviation"](case["x1"].flatten(start_dim=1))
    except Exception:
        parts["projection_deviation"] = lambda *more, **options: 0.5
    with given(ns, "fit_byol", **parts), in_this_process():
        return ns["fit_byol"](model, optimizer, loader, **options)


class _Noting(nn.Module):
    """A network that learns to be far from numbers, and notes what is done with it, and its losses. They may
    be dictated, one for each epoch.
    """

    def __init__(self, case, script=None) -> None:
        super().__init__()
        self.online = Part(case["x1"][0].numel(), case["projection"], case["seed"])
        self.goal = torch.linspace(-1, 1, case["projection"])
        self.script, self.tau = script, case["tau"]
        self.batches = -(-len(case["x1"]) // case["batch"])
        self.done: list[int] = []
        self.losses: list[float] = []

    def forward(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, ...]:
        self.done.append(FORWARD)
        goal = self.goal.expand(len(x1), -1)
        return goal, goal.flip(1), self.online(x1), self.online(x2)

    def loss(self, z1: Tensor, z2: Tensor, p1: Tensor, p2: Tensor) -> Tensor:
        value = ((p1 - z1).abs() + (p2 + z2).square()).mean()
        if self.script is not None:
            epoch = min(len(self.losses) // self.batches, len(self.script) - 1)
            value = value - value.detach() + self.script[epoch]
        self.losses.append(value.item())
        return value

    def update_target(self) -> None:
        self.done.append(UPDATE)


class _Steps(torch.optim.SGD):
    """Steps of a fixed length along the gradient, whatever the scale of the loss; notes all weights."""

    def __init__(self, model, weights, rate: float) -> None:
        super().__init__(weights, lr=rate)
        self.model = model
        self.online: list[Tensor] = []
        self.target: list[Tensor] = []

    @torch.no_grad()
    def step(self, closure=None):
        weights = [w for w in self.param_groups[0]["params"] if w.grad is not None]
        noting = isinstance(self.model, _Noting)
        self.online.append(state(self.model, ("online",) if noting else ONLINE))
        if noting:
            self.model.done.append(STEP)
        else:
            self.target.append(state(self.model, TARGET))
        length = torch.cat([w.grad.flatten() for w in weights]).norm()
        for w in weights:
            w.sub_(w.grad, alpha=float(self.param_groups[0]["lr"] / length))


class _NoWatch:
    """In place of the progress bar and TensorBoard."""

    def __init__(self, *args, **kwargs) -> None:
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error) -> None:
        pass

    def batches(self, loader, *args, **kwargs):
        return loader

    def note(self, **numbers) -> None:
        for value in numbers.values():
            f"{value:.3f}"  # as the real one does it: a list has no such form
