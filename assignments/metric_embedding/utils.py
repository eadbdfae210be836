"""Training, class representatives and classification, given: in batches, without a loop over images.

A loader gives batches `(anchor, target)` or `(anchor, positive, negative, target)`: the first entry are the
images, the last one their classes.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader
from tqdm.auto import tqdm

Device = torch.device | str


def train(
    model: nn.Module, optimizer: torch.optim.Optimizer, loader: DataLoader, device: Device = "cpu"
) -> float:
    """One epoch over a loader of triplets; returns the mean loss of its batches."""
    _arranged(model).train()
    losses = []
    progress = tqdm(loader, desc="training", unit="batch", leave=False)
    for anchor, positive, negative, _ in progress:
        optimizer.zero_grad()
        loss = model.loss(anchor.to(device), positive.to(device), negative.to(device))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if len(losses) % 20 == 0:
            progress.set_postfix(loss=f"{sum(losses[-100:]) / len(losses[-100:]):.3f}")
    return sum(losses) / len(losses)


@torch.no_grad()
def compute_representations(
    model: nn.Module, loader: DataLoader, identities_count: int, emb_size: int = 32, device: Device = "cpu"
) -> Tensor:
    """One representative a class, shape (identities_count, emb_size): the mean embedding, at length 1.

    The row of a class without examples is NaN.
    """
    _arranged(model).eval()
    classes = torch.arange(identities_count, device=device).unsqueeze(1)
    # Batches are added up in double precision, so that it does not matter how the images are cut into them.
    sums = torch.zeros(identities_count, emb_size, dtype=torch.float64, device=device)
    counts = torch.zeros(identities_count, 1, dtype=torch.float64, device=device)
    for anchor, *_, target in tqdm(loader, desc="representatives", unit="batch", leave=False):
        features = model.get_features(anchor.to(device))
        # One product sums the embeddings of each class: a row has a 1 for every image that is of its class.
        members = (classes == target.to(device)).to(features.dtype)
        sums += members @ features
        counts += members.sum(dim=1, keepdim=True)
    return F.normalize(sums / counts).float()


def make_predictions(representations: Tensor, r: Tensor) -> Tensor:
    """Squared distances of embeddings `r` (..., emb_size) to all representatives: (..., identities_count)."""
    # |r - c|^2 = |r|^2 - 2 r c + |c|^2: one matrix product for all images and classes
    lengths = r.square().sum(dim=-1, keepdim=True) + representations.square().sum(dim=-1)
    return lengths - 2 * (r @ representations.T)


@torch.no_grad()
def evaluate(model: nn.Module, representations: Tensor, loader: DataLoader, device: Device = "cpu") -> float:
    """The share of images, 0 to 1, whose nearest representative is that of their own class."""
    predicted, target = predict(model, representations, loader, device)
    return (predicted == target).double().mean().item()


@torch.no_grad()
def predict(
    model: nn.Module, representations: Tensor, loader: DataLoader, device: Device = "cpu"
) -> tuple[Tensor, Tensor]:
    """Predicted and true classes (N,) of a loader's images, on the CPU.

    Every embedding is divided by its own norm; a class without examples is never predicted.
    """
    _arranged(model).eval()
    predicted, targets = [], []
    for anchor, *_, target in tqdm(loader, desc="classifying", unit="batch", leave=False):
        embeddings = F.normalize(model.get_features(anchor.to(device)))
        distances = make_predictions(representations, embeddings).nan_to_num(nan=torch.inf)
        predicted.append(distances.argmin(dim=1).cpu())
        targets.append(target)
    return torch.cat(predicted), torch.cat(targets)


@torch.no_grad()
def embed(model: nn.Module, loader: DataLoader, device: Device = "cpu") -> tuple[Tensor, Tensor]:
    """Embeddings (N, D) and classes (N,) of a loader's images, on the CPU."""
    _arranged(model).eval()
    pairs = [(model.get_features(anchor.to(device)).cpu(), target) for anchor, *_, target in loader]
    embeddings, targets = zip(*pairs, strict=True)
    return torch.cat(embeddings), torch.cat(targets)


def _arranged(model: nn.Module) -> nn.Module:
    """The same model; its kernels in the memory order in which a processor pools several times as fast."""
    return model.to(memory_format=torch.channels_last)
