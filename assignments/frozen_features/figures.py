"""The figures of the lab, given."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from fewshot import Features, interval
from numpy.typing import NDArray

INK, FRAME = "#1f2933", "#c53030"
COLOURS = ("#718096", "#a0aec0", "#2b6cb0", "#dd6b20", "#2f855a", "#c53030", "#6b46c1", "#b7791f")

Found = Mapping[tuple[str, str, int], NDArray]  # accuracies by set, network and shots


def show_table(found: Found, sets: Sequence[str], networks: Sequence[str], shots: int,
               at_home: Mapping[str, str]) -> None:  # fmt: skip
    """Accuracies in per cent with 95 % intervals; framed where a network is asked about what it learned from.

    Args:
        at_home: the set that each network was trained for, by the network's name.
    """
    values = np.array([[interval(found[name, net, shots]) for name in sets] for net in networks]) * 100
    figure, axis = plt.subplots(figsize=(1.9 * len(sets) + 1.6, 0.42 * len(networks) + 0.9))
    axis.imshow(values[..., 0], cmap="Blues", vmin=20, vmax=160, aspect="auto")
    for row, network in enumerate(networks):
        for column, name in enumerate(sets):
            mean, half = values[row, column]
            best = mean == values[:, column, 0].max()
            axis.text(column, row, f"{mean:.1f} ± {half:.1f}", ha="center", va="center", color=INK,
                      weight="bold" if best else "normal")  # fmt: skip
            if at_home.get(network) == name:
                box = plt.Rectangle((column - 0.48, row - 0.45), 0.96, 0.9, fill=False, ec=FRAME, lw=2)
                axis.add_patch(box)
    axis.set_xticks(range(len(sets)), sets)
    axis.set_yticks(range(len(networks)), networks)
    axis.tick_params(length=0)
    axis.xaxis.tick_top()
    axis.spines[:].set_visible(False)
    axis.set_xlabel(f"5-way {shots}-shot, % right · framed: what the network was trained for · bold: best")
    figure.tight_layout()
    plt.show()


def show_shots(found: Found, sets: Sequence[str], networks: Sequence[str]) -> None:
    """Accuracy by the number of shots, a panel for each set, a line for each network."""
    figure, panels = plt.subplots(1, len(sets), figsize=(2.7 * len(sets), 3.2), sharey=True)
    for panel, name in zip(panels, sets, strict=True):
        for network, colour in zip(networks, COLOURS, strict=True):
            counts = sorted(shots for where, net, shots in found if (where, net) == (name, network))
            means, halves = zip(*(interval(found[name, network, shots]) for shots in counts), strict=True)
            panel.errorbar(counts, means, halves, color=colour, marker="o", ms=4, capsize=2, label=network)
        panel.set(title=name, xscale="log", xlabel="shots")
        panel.set_xticks([1, 5, 20], ["1", "5", "20"])
        panel.minorticks_off()
        panel.axhline(0.2, color=INK, ls=":", lw=1)
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("accuracy, 5 ways")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="center left", bbox_to_anchor=(1, 0.5),
                  frameon=False)  # fmt: skip
    figure.tight_layout()
    plt.show()


def show_planes(features: Mapping[str, Features], names: Sequence[str], networks: Sequence[str]) -> None:
    """The features (classes, samples, D) of some networks along their two widest directions."""
    figure, panels = plt.subplots(1, len(networks), figsize=(3.1 * len(networks), 3.4))
    for panel, network in zip(panels, networks, strict=True):
        classes, samples, _ = features[network].shape
        rows = features[network].reshape(classes * samples, -1)
        rows = rows - rows.mean(axis=0)
        plane = (rows @ np.linalg.svd(rows, full_matrices=False)[2][:2].T).reshape(classes, samples, 2)
        for points, name, colour in zip(plane, names, COLOURS[2:], strict=False):
            panel.plot(*points.T, "o", ms=3, color=colour, alpha=0.5, label=name)
            panel.plot(*points.mean(axis=0), "*", ms=14, color=colour, mec="white")
        panel.set(title=network, xticks=[], yticks=[])
    figure.legend(*panels[0].get_legend_handles_labels(), loc="lower center", ncols=len(names),
                  bbox_to_anchor=(0.5, 0), frameon=False)  # fmt: skip
    figure.tight_layout(rect=(0, 0.08, 1, 1))
    plt.show()


def show_gains(prototypes: Found, other: Found, sets: Sequence[str], networks: Sequence[str],
               at_home: Mapping[str, str], shots: int = 5) -> None:  # fmt: skip
    """What another rule gains over prototypes on the same episodes, in points; ringed where at home."""
    figure, panels = plt.subplots(1, len(sets), figsize=(2.4 * len(sets) + 1.6, 3), sharex=True, sharey=True)
    for panel, name in zip(panels, sets, strict=True):
        for row, (network, colour) in enumerate(zip(networks, COLOURS, strict=True)):
            mean, half = interval(100 * (other[name, network, shots] - prototypes[name, network, shots]))
            panel.errorbar(mean, row, xerr=half, fmt="o", color=colour, capsize=3)
            if at_home.get(network) == name:
                panel.plot(mean, row, "o", ms=14, mfc="none", mec=FRAME)
        panel.axvline(0, color=INK, lw=1)
        panel.set_title(name)
        panel.grid(alpha=0.3, axis="x")
    panels[0].set_yticks(range(len(networks)), networks)
    panels[0].invert_yaxis()
    figure.supxlabel(
        f"points gained over prototypes, {shots} shots, 95 % intervals · ringed: at home", size=10
    )
    figure.tight_layout()
    plt.show()
