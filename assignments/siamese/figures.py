"""The pictures of the lab, given."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from numpy.typing import NDArray
from torch import Tensor, nn
from verification import Curve

from data_utils.faces import read_people
from data_utils.sliders import show_with_sliders

INK, FAINT, SAME, OTHER = "#1f2933", "#9aa5b1", "#1b7f5c", "#c8442e"


def show_people(folder: Path, count: int = 6) -> None:
    """A row of ten pictures for each of some people."""
    people = list(read_people(folder, 64).values())[:count]
    sheet = torch.cat([torch.cat(list(pictures[:, 0]), dim=1) for pictures in people])
    figure, axis = plt.subplots(figsize=(10, count))
    axis.imshow(sheet, cmap="gray", vmin=0, vmax=1)
    axis.axis("off")
    figure.tight_layout()
    plt.show()


def show_episode(folder: Path, ways: int = 5, shots: int = 2) -> None:
    """A k-way n-shot question: n pictures each of k people, a column each, and another of one of them."""
    people = list(read_people(folder, 96).values())[:ways]
    figure, axes = plt.subplots(
        shots, ways + 2, figsize=(10, 1.45 * shots + 0.9), width_ratios=[1] * ways + [0.3, 1], squeeze=False
    )
    for axis in axes.flat:
        axis.axis("off")
    for shot, row in enumerate(axes):
        for number, axis in enumerate(row[:ways]):
            axis.imshow(people[number][shot, 0], cmap="gray", vmin=0, vmax=1)
        row[0].text(-0.08, 0.5, f"shot {shot + 1}", transform=row[0].transAxes, rotation=90,
                    ha="right", va="center", color=INK)  # fmt: skip
    for number, axis in enumerate(axes[0, :ways], 1):
        axis.set_title(f"person {number}", fontsize=11, color=INK)
    query = axes[0, -1]
    query.axis("on")
    _framed(query, people[2][5, 0], OTHER)
    query.set_title("who is this?", fontsize=11, color=OTHER)
    query.text(0.5, -0.12, "query", transform=query.transAxes, ha="center", va="top", color=OTHER)
    figure.tight_layout(rect=(0, 0.1, 1, 1))
    left, right = axes[-1, 0].get_position(), axes[-1, ways - 1].get_position()
    text = f"support: {ways} ways, {shots} shots; its first row alone is {ways}-way 1-shot"
    figure.text((left.x0 + right.x1) / 2, left.y0 - 0.03, text, ha="center", va="top", color=INK)
    plt.show()


def show_twins() -> None:
    """Two pictures, one network used twice, two points, one distance."""
    figure, axis = plt.subplots(figsize=(10, 2.9))
    for row, y in ((1, 1.55), (2, 0.35)):
        _box(axis, 0.1, y, f"picture {row}\n1 x 128 x 128", FAINT)
        _box(axis, 3.0, y, "network", INK)
        _box(axis, 5.9, y, f"output {row}\n2 numbers", FAINT)
        _arrow(axis, (2.0, y + 0.4), (2.95, y + 0.4))
        _arrow(axis, (4.9, y + 0.4), (5.85, y + 0.4))
        _arrow(axis, (7.8, y + 0.4), (8.75, 1.35))
    axis.annotate("", (3.95, 1.2), (3.95, 1.5), arrowprops={"arrowstyle": "<->", "color": OTHER})
    axis.text(4.1, 1.35, "the same weights", color=OTHER, va="center", fontsize=11)
    _box(axis, 8.8, 0.95, "distance D,\nlabel Y: loss", OTHER)
    axis.set_xlim(0, 10.8)
    axis.set_ylim(0.1, 2.6)
    axis.axis("off")
    figure.tight_layout()
    plt.show()


def show_loss() -> None:
    """The two parts of the loss, with a slider for the margin."""
    show_with_sliders(_loss, margin=(0.5, 2.5))


def _loss(margin: float = 2.0) -> Figure:
    """The two parts of the loss by the distance, and what they do to two points."""
    figure, (curves, plane) = plt.subplots(1, 2, figsize=(10, 3.6))
    distance = np.linspace(0, 4, 300)
    curves.plot(distance, distance**2, color=SAME, linewidth=2.5, label="Y = 0, same class: $D^2$")
    hinge = np.maximum(0, margin - distance) ** 2
    curves.plot(distance, hinge, color=OTHER, linewidth=2.5, label="Y = 1, different: $\\max(0, m - D)^2$")
    curves.axvline(margin, color=FAINT, linestyle="--", linewidth=1)
    curves.text(margin + 0.06, 0.2, "margin", color=INK)
    curves.set_ylim(0, 7)
    curves.set_xlabel("distance D")
    curves.set_ylabel("loss of the pair")
    curves.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1))
    _tidy(curves)

    plane.add_patch(plt.Circle((0, 0), margin, fill=False, linestyle="--", color=FAINT))
    plane.text(0, -1.1 * margin, "margin m", ha="center", va="top", color=INK)
    plane.plot(0, 0, "o", color=INK, markersize=9)
    for angle, reach, same, beside in (
        (2.5, 1.5, True, (-1.3, 1.25)),
        (0.5, 0.9, False, (1.35, 0.75)),
        (-0.7, 2.4, False, (1.95, -1.35)),
    ):
        out = np.array([np.cos(angle), np.sin(angle)])
        colour = SAME if same else OTHER
        plane.plot(*(reach * out), "o", color=colour, markersize=9, zorder=4)
        move = -0.63 if same else 0.45 if reach < margin else 0.0
        if move:
            arrow = {"arrowstyle": "->", "color": colour, "lw": 2}
            plane.annotate("", (reach + move) * out, reach * out, arrowprops=arrow)
        text = (
            "same: pulled"
            if same
            else "different, too near: pushed"
            if move
            else "different, far: left alone"
        )
        over = {"fc": "white", "ec": "none", "pad": 1}  # what it says, not the circle behind it
        plane.text(*beside, text, color=colour, ha="right" if same else "left", bbox=over)
    plane.set_xlim(-3.4, 5)
    plane.set_ylim(-2.9, 2.6)
    plane.set_aspect("equal")
    plane.axis("off")
    figure.tight_layout()
    return figure


def gridshow(pairs: Sequence[tuple[Tensor, Tensor, Tensor]], found: Sequence[float] | None = None) -> None:
    """Pairs, one a column: first picture above, second below, with their label or their distance `found`."""
    figure, axes = plt.subplots(2, len(pairs), figsize=(1.3 * len(pairs), 3.1), squeeze=False)
    for column, (first, second, label) in enumerate(pairs):
        different = float(torch.as_tensor(label).flatten()[0]) == 1
        for row, picture in enumerate((first, second)):
            _framed(axes[row, column], picture[0], OTHER if different else SAME)
        kind = "different" if different else "same"
        text = kind if found is None else f"{found[column]:.2f}"
        axes[0, column].set_title(text, fontsize=11, color=OTHER if different else SAME)
    figure.tight_layout()
    plt.show()


@torch.no_grad()
def show_summary(net: nn.Module) -> None:
    """Print what comes out of each layer for one picture, and how many parameters it has."""
    rows = [("layer", "output", "parameters")]

    def note(layer: nn.Module, _inputs: tuple, output: Tensor) -> None:
        shape = " x ".join(map(str, output.shape[1:]))
        rows.append((type(layer).__name__, shape, f"{_parameters(layer):,}"))

    hooks = [layer.register_forward_hook(note) for layer in net.modules() if not list(layer.children())]
    net.forward_each(torch.zeros(2, 1, 128, 128))
    for hook in hooks:
        hook.remove()
    for layer, shape, parameters in (*rows, ("all", "", f"{_parameters(net):,}")):
        print(f"{layer:<12}{shape:>14}{parameters:>12}")


def show_history(losses: Sequence[float]) -> None:
    """The mean loss of each epoch, both axes logarithmic."""
    figure, axis = plt.subplots(figsize=(6, 3.4))
    axis.loglog(np.arange(1, len(losses) + 1), losses, color=INK, linewidth=2)
    axis.set_xlabel("epoch")
    axis.set_ylabel("mean loss")
    for ticks in (axis.xaxis, axis.yaxis):
        ticks.set_major_formatter("{x:g}")
    axis.yaxis.set_minor_formatter("{x:g}")
    axis.grid(visible=True, which="both", color="#e4e7eb", linewidth=0.6)
    _tidy(axis)
    figure.tight_layout()
    plt.show()


def show_verification(same: NDArray[np.float64], different: NDArray[np.float64], curve: Curve) -> None:
    """Distances of both kinds of pairs as histograms, and the receiver operating characteristic."""
    figure, (bars, line) = plt.subplots(1, 2, figsize=(10, 3.8))
    edges = np.linspace(0, max(same.max(), different.max()), 50)
    for values, colour, name in ((different, OTHER, "two people"), (same, SAME, "one person")):
        bars.hist(values, edges, density=True, color=colour, alpha=0.55, label=name)
    threshold = curve.thresholds[curve.best]
    bars.axvline(threshold, color=INK, linestyle="--", linewidth=1.2)
    bars.text(threshold, bars.get_ylim()[1] * 0.96, f" {threshold:.2f}", color=INK, va="top")
    bars.set_xlabel("distance of the embeddings")
    bars.set_yticks([])
    bars.legend(frameon=False)
    line.plot(curve.false, curve.true, color=INK, linewidth=2.2)
    line.plot([0, 1], [0, 1], color=FAINT, linestyle=":", linewidth=1)
    line.plot(curve.false[curve.best], curve.true[curve.best], "o", color=OTHER, markersize=8)
    line.text(0.98, 0.06, f"area {curve.area:.3f}", ha="right", fontsize=13, color=INK)
    line.set_xlabel("pairs of two people taken for one")
    line.set_ylabel("pairs of one person found")
    line.set_aspect("equal")
    for axis in (bars, line):
        _tidy(axis)
    figure.tight_layout()
    plt.show()


def show_plane(embeddings: Tensor) -> None:
    """Embeddings (people, pictures, 2) in the plane, a colour a person."""
    figure, axis = plt.subplots(figsize=(5.6, 5.2))
    colours = plt.get_cmap("tab20")(np.linspace(0, 1, len(embeddings)))
    for points, colour in zip(embeddings.numpy(), colours, strict=True):
        axis.scatter(*points[:, :2].T, s=34, color=colour, edgecolor="white", linewidth=0.5)
    axis.set_aspect("equal")
    axis.set_xlabel("output 1")
    axis.set_ylabel("output 2")
    _tidy(axis)
    figure.tight_layout()
    plt.show()


def _framed(axis, picture: Tensor, colour: str) -> None:
    axis.imshow(picture, cmap="gray", vmin=0, vmax=1)
    axis.set_xticks([])
    axis.set_yticks([])
    axis.spines[:].set(color=colour, linewidth=3)


def _parameters(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())


def _box(axis, x: float, y: float, text: str, colour: str) -> None:
    frame = FancyBboxPatch(
        (x, y), 1.85, 0.8, boxstyle="round,pad=0.02", fill=False, edgecolor=colour, linewidth=1.8
    )
    axis.add_patch(frame)
    axis.text(x + 0.93, y + 0.4, text, ha="center", va="center", color=INK, fontsize=11)


def _arrow(axis, start: tuple[float, float], end: tuple[float, float]) -> None:
    axis.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": INK, "lw": 1.4})


def _tidy(axis) -> None:
    axis.spines[["top", "right"]].set_visible(False)
