"""The training loop: the same for every sampler and loss of this lab."""

import os
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from tqdm.auto import trange

Batches = Iterable[tuple[Tensor, Tensor]]
History = list[dict[str, float]]


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to learn: RAdam, a tenth of the learning rate after each milestone.

    In the last tenth of the epochs nothing is dropped out, and the network that comes of it all is the mean
    of those that they end with (Liu et al. 2023, arXiv 2303.01500; Izmailov et al. 2018, arXiv 1803.05407).
    """

    epochs: int = 300
    learning_rate: float = 1e-2
    milestones: tuple[int, ...] = (100,)
    validate_every: int = 10  # epochs

    def is_closing(self, epoch: int) -> bool:
        """Whether an epoch, counted from 1, is of the last tenth."""
        return epoch > self.epochs - self.epochs // 10


def fit(
    net: nn.Module,
    criterion: Callable[[Tensor, Tensor], Tensor],
    batches: Batches,
    validate: Callable[[nn.Module], Mapping[str, float]],
    schedule: Schedule,
    name: str,
    device: torch.device | str = "cpu",
    checkpoint: Path | None = None,
) -> History:
    """Train `net` in place.

    Args:
        criterion: called with features (B, D) and labels (B,), gives the loss to minimise.
        batches: images (B, 1, 32, 32) and labels (B,); iterated once an epoch.
        validate: called with the network at the start, every `validate_every` epochs and at the end, when
            its weights are averaged and its batch statistics settled.
        name: TensorBoard shows the run under it, from `runs/`.
        checkpoint: written whenever the network is validated; where it is there already, training goes on
            from it.

    Returns:
        One row for every validation: `epoch`, the mean `loss` of the epochs since the last one (not at epoch
        0), and what `validate` gave.
    """
    from torch.utils.tensorboard import SummaryWriter  # takes a second, and the grader trains nothing

    optimizer = torch.optim.RAdam(net.parameters(), lr=schedule.learning_rate)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, list(schedule.milestones))
    averaged = torch.optim.swa_utils.AveragedModel(net)
    parts = {"net": net, "optimizer": optimizer, "scheduler": scheduler, "averaged": averaged}
    history = _resume(checkpoint, parts) if checkpoint and checkpoint.exists() else []
    losses: list[float] = []
    with SummaryWriter(f"runs/hard_triplets/{name}") as writer:
        first = int(history[-1]["epoch"]) + 1 if history else 0
        progress = trange(first, schedule.epochs + 1, desc=name, unit="epoch")
        for epoch in progress:
            if epoch:  # epoch 0 is the network before any training
                losses += _train_epoch(
                    net, criterion, batches, optimizer, device, dropping=not schedule.is_closing(epoch)
                )
                scheduler.step()
            if schedule.is_closing(epoch):
                averaged.update_parameters(net)
            if epoch % schedule.validate_every and epoch != schedule.epochs:
                continue
            if epoch == schedule.epochs:
                if schedule.is_closing(epoch):
                    net.load_state_dict(averaged.module.state_dict())
                settle(net, batches, device)
            mean_loss = {"loss": sum(losses) / len(losses)} if losses else {}
            history.append({"epoch": epoch, **mean_loss, **validate(net)})
            losses.clear()
            for key, value in history[-1].items():
                writer.add_scalar(key, value, epoch)
            progress.set_postfix(
                {key: f"{value:.3f}" for key, value in history[-1].items() if key != "epoch"}
            )
            if checkpoint:
                _save(checkpoint, parts, history)
    return history


def _train_epoch(
    net: nn.Module,
    criterion: Callable[[Tensor, Tensor], Tensor],
    batches: Batches,
    optimizer: torch.optim.Optimizer,
    device: torch.device | str,
    dropping: bool,
) -> list[float]:
    """One pass over the batches; the loss of each."""
    net.train()
    for layer in net.modules():
        if isinstance(layer, nn.Dropout):
            layer.train(dropping)
    losses = []
    for images, labels in batches:
        # On the CPU, where the labels are: what a criterion makes of them need not name a device.
        loss = criterion(net(images.to(device)).cpu(), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@torch.no_grad()
def settle(net: nn.Module, batches: Batches, device: torch.device | str = "cpu") -> None:
    """Measure the running statistics of the batch normalisation anew, with nothing dropped out.

    Those of an average of networks are nobody's yet; and while something is dropped out, they are those of
    thinned-out activations, which the network that is judged does not have (Li et al. 2018,
    arXiv 1801.05134). No weight changes.
    """
    training = net.training
    net.eval()
    norms = [layer for layer in net.modules() if isinstance(layer, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain average over the batches
        norm.train()
    for images, _ in batches:
        net(images.to(device))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    net.train(training)


def _save(path: Path, parts: Mapping[str, Any], history: History) -> None:
    """The whole state of the training; the file appears whole or not at all."""
    state = {name: part.state_dict() for name, part in parts.items()}
    generators = {"python": random.getstate(), "torch": torch.get_rng_state()}
    unfinished = path.with_suffix(f".{os.getpid()}.partial")
    torch.save({**state, "history": history, "generators": generators}, unfinished)
    unfinished.replace(path)


def _resume(path: Path, parts: Mapping[str, Any]) -> History:
    state = torch.load(path, weights_only=True)
    for name, part in parts.items():
        part.load_state_dict(state[name])
    random.setstate(state["generators"]["python"])
    torch.set_rng_state(state["generators"]["torch"])
    return list(state["history"])
