"""The pictures of the lab, given."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset
from torchvision.datasets import MNIST

INK, FAINT, GOOD, BAD = "#1f2933", "#9aa5b1", "#1b7f5c", "#c8442e"


def get_colormap() -> NDArray[np.float64]:
    """One fixed colour a digit, (10, 3) with values from 0 to 1: neighbours differ in hue and lightness."""
    colours = [
        0x1F77B4,
        0xFF7F0E,
        0x2CA02C,
        0xD62728,
        0x9467BD,
        0x8C564B,
        0xE377C2,
        0x7F7F7F,
        0xBCBD22,
        0x17BECF,
    ]
    return np.array([[(colour >> shift & 255) / 255 for shift in (16, 8, 0)] for colour in colours])


def show_classes(root: Path | str, each: int = 8) -> Figure:
    """A row of images for each digit."""
    data = MNIST(str(root), train=True)
    rows = [data.data[data.targets == digit][:each] for digit in range(10)]
    # Two blocks of five classes: a wide picture instead of a tall one.
    blocks = [_sheet(torch.stack(rows[first : first + 5])) for first in (0, 5)]
    figure, axes = plt.subplots(1, 2, figsize=(10, 3.4))
    for axis, sheet, first in zip(axes, blocks, (0, 5), strict=True):
        axis.imshow(sheet, cmap="gray_r")
        axis.set_yticks(30 * np.arange(5) + 15, [str(first + row) for row in range(5)], fontsize=12)
        _bare(axis)
    figure.tight_layout()
    return _shown(figure)


def show_triplets(dataset: Dataset, count: int = 8) -> Figure:
    """Triplets as a data set draws them, one a column."""
    chosen = torch.linspace(0, len(dataset) - 1, count).long().tolist()
    triplets = [dataset[index] for index in chosen]
    rows = torch.stack([torch.stack([item[role][0] for item in triplets]) for role in range(3)])
    figure, axis = plt.subplots(figsize=(10, 3.9))
    axis.imshow(_sheet(rows), cmap="gray_r")
    axis.set_yticks(30 * np.arange(3) + 15, ["anchor", "positive", "negative"], fontsize=12)
    for label, colour in zip(axis.get_yticklabels(), (INK, GOOD, BAD), strict=True):
        label.set_color(colour)
    _bare(axis)
    figure.tight_layout()
    return _shown(figure)


def show_hinge() -> Figure:
    """The loss of a triplet in the plane, and as a function of the difference of its distances."""
    figure, (plane, curve) = plt.subplots(1, 2, figsize=(10, 3.8))
    grid = np.stack(np.meshgrid(np.linspace(-2.4, 2.4, 300), np.linspace(-1.8, 1.8, 225)), axis=-1)
    positive = np.array([0.7, 0.25])
    loss = np.maximum(0, np.linalg.norm(positive) - np.linalg.norm(grid, axis=-1) + 1)
    plane.imshow(loss, extent=(-2.4, 2.4, -1.8, 1.8), origin="lower", cmap="Reds", vmin=0, vmax=2.2)
    reach = np.linalg.norm(positive)
    for radius, style in ((reach, ":"), (reach + 1, "--")):
        plane.add_patch(plt.Circle((0, 0), radius, fill=False, linestyle=style, color=INK))
    plane.annotate("", (reach + 1, 0), (reach, 0), arrowprops={"arrowstyle": "<->", "color": INK})
    plane.text(reach + 0.5, -0.22, "margin", ha="center", color=INK)
    for (x, y), name, colour in (((0, 0), "anchor", INK), (positive, "positive", GOOD)):
        plane.plot(x, y, "o", color=colour, markersize=9)
        box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
        plane.text(x - 0.14, y + 0.14, name, ha="right", color=colour, bbox=box)
    plane.set_title("Where a negative costs: the redder, the more")
    plane.set_xticks([])
    plane.set_yticks([])

    difference = np.linspace(-3, 1.5, 200)
    curve.plot(difference, np.maximum(0, difference + 1), color=BAD, linewidth=2.5)
    curve.axvspan(-3, -1, color=GOOD, alpha=0.12)
    curve.text(-2, 1.5, "margin kept:\nno loss, no gradient", ha="center", color=GOOD)
    curve.axvline(0, color=FAINT, linewidth=1)
    curve.text(0.06, 0.12, "negative as near\nas the positive", color=FAINT)
    curve.set_xlabel("d(a, p) - d(a, n)")
    curve.set_ylabel("loss of the triplet")
    _tidy(curve)
    figure.tight_layout()
    return _shown(figure)


def show_curves(history: Sequence[Mapping[str, float]]) -> Figure:
    """Mean loss and accuracies of each epoch; `history` holds `"loss"`, and maybe `"test"`, `"train"`."""
    epochs = np.arange(1, len(history) + 1)
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.2))
    left.plot(epochs, [epoch["loss"] for epoch in history], "o-", color=BAD)
    left.set_ylabel("mean training loss")
    left.set_ylim(bottom=0)
    for name, colour in (("train", FAINT), ("test", GOOD)):
        if all(name in epoch for epoch in history):
            right.plot(epochs, [100 * epoch[name] for epoch in history], "o-", color=colour, label=name)
            right.legend(frameon=False)
    right.set_ylabel("accuracy (%)")
    for axis in (left, right):
        axis.set_xlabel("epoch")
        axis.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
        _tidy(axis)
    figure.tight_layout()
    return _shown(figure)


def show_confusion(predicted: Tensor, target: Tensor, title: str) -> Figure:
    """How many images of each class were taken for which, the right ones left out of the shading."""
    counts = torch.bincount(10 * target + predicted, minlength=100).view(10, 10).numpy()
    wrong = counts * (1 - np.eye(10))
    figure, axis = plt.subplots(figsize=(5.6, 5.2))
    axis.imshow(wrong, cmap="Reds", vmax=max(1, wrong.max() * 2))
    for row, column in np.argwhere(counts > 0):
        right = row == column
        axis.text(
            column,
            row,
            counts[row, column],
            ha="center",
            va="center",
            fontsize=9,
            color=GOOD if right else INK,
        )
    axis.set_xticks(range(10))
    axis.set_yticks(range(10))
    axis.set_xlabel("predicted")
    axis.set_ylabel("digit")
    accuracy = 100 * np.trace(counts) / counts.sum()
    axis.set_title(f"{title}: {accuracy:.2f} % right", fontsize=12)
    figure.tight_layout()
    return _shown(figure)


def show_representatives(mean_images: Tensor) -> Figure:
    """The representatives (10, 784) of image space, as the images that they are."""
    figure, axis = plt.subplots(figsize=(10, 1.5))
    axis.imshow(_sheet(mean_images.view(1, 10, 28, 28)), cmap="gray_r")
    axis.set_title("Class means in image space", fontsize=12)
    _bare(axis)
    axis.set_yticks([])
    figure.tight_layout()
    return _shown(figure)


def show_planes(planes: Mapping[str, Tensor], labels: Tensor) -> Figure:
    """Several projections (N, 2) of the same images side by side, coloured by class."""
    colours = get_colormap()
    figure, axes = plt.subplots(1, len(planes), figsize=(3.6 * len(planes), 4.2), squeeze=False)
    for axis, (name, points) in zip(axes[0], planes.items(), strict=True):
        x, y = torch.as_tensor(points).detach().numpy().T
        for digit in range(10):
            of_digit = labels.numpy() == digit
            axis.scatter(x[of_digit], y[of_digit], s=6, alpha=0.6, color=colours[digit], linewidths=0)
            if of_digit.any():
                axis.text(
                    np.median(x[of_digit]),
                    np.median(y[of_digit]),
                    str(digit),
                    ha="center",
                    va="center",
                    fontsize=13,
                    weight="bold",
                    color=colours[digit] * 0.6,
                    bbox={
                        "boxstyle": "circle,pad=0.15",
                        "facecolor": "white",
                        "edgecolor": "none",
                        "alpha": 0.75,
                    },
                )
        axis.set_title(name, fontsize=11)
        axis.set_xlabel("first principal component")
        _tidy(axis)
    axes[0, 0].set_ylabel("second principal component")
    handles = [
        plt.Line2D([], [], marker="o", linestyle="", color=colours[d], label=str(d)) for d in range(10)
    ]
    figure.legend(handles=handles, ncols=10, loc="lower center", frameon=False, title="digit")
    figure.tight_layout(rect=(0, 0.1, 1, 1))
    return _shown(figure)


def _sheet(images: Tensor) -> NDArray[np.float32]:
    """Images (rows, columns, 28, 28) as one picture, a pixel of paper around each."""
    framed = torch.nn.functional.pad(images.float() / images.max(), (1, 1, 1, 1))
    rows, columns, height, width = framed.shape
    return framed.permute(0, 2, 1, 3).reshape(rows * height, columns * width).numpy()


def _bare(axis: plt.Axes) -> None:
    axis.set_xticks([])
    axis.tick_params(length=0)
    for spine in axis.spines.values():
        spine.set_visible(False)


def _tidy(axis: plt.Axes) -> None:
    axis.spines[["top", "right"]].set_visible(False)


def _shown(figure: Figure) -> Figure | None:
    """Shown once: Jupyter would draw the same figure again for a cell's last value."""
    plt.show()
    return None
