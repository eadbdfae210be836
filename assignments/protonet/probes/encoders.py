"""Encoders whose embeddings are known, for points that stand in the first pixels of an image."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

IMAGE = (1, 28, 28)


class Pixels(nn.Module):
    """Images (N, 1, 28, 28) -> their first `emb_dim` pixels (N, emb_dim)."""

    def __init__(self, emb_dim: int) -> None:
        super().__init__()
        self.emb_dim = emb_dim

    def forward(self, images: Tensor) -> Tensor:
        return images.flatten(start_dim=1)[:, : self.emb_dim]


class Lifted(nn.Module):
    """Images -> embeddings (N, emb_dim): the first pixels, times weights to learn, times a fixed matrix."""

    def __init__(self, weight: Tensor, lift: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)  # (small, pixels)
        self.register_buffer("lift", lift)  # (emb_dim, small)

    def forward(self, images: Tensor) -> Tensor:
        return images.flatten(start_dim=1)[:, : self.weight.shape[1]] @ self.weight.T @ self.lift.T


def as_images(points: Tensor) -> Tensor:
    """Points (classes, samples, D) as images (classes, samples, 1, 28, 28); images as they are."""
    if points.ndim == 5:
        return points
    return F.pad(points, (0, 28 * 28 - points.shape[-1])).unflatten(-1, IMAGE)


def statistics(maps: Tensor) -> Tensor:
    """Means and variances of maps (N, C, H, W): (2, C)."""
    return torch.stack([maps.mean(dim=(0, 2, 3)), maps.var(dim=(0, 2, 3))])
