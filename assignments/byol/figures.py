"""The figures of the BYOL lab, given. Plotting libraries are imported where they are used: the grader imports
this module and draws nothing."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from data_utils.sliders import show_with_sliders

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
BLUE, ORANGE, GREEN, RED, GREY = "#2b6cb0", "#dd6b20", "#2f855a", "#c53030", "#718096"


def show_classes(data: Any, names: Sequence[str], count: int = 3) -> None:
    """The first pictures of each class; `data` gives pairs of a PIL image and its label."""
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(count, len(names), figsize=(1.1 * len(names), 1.1 * count + 0.3))
    for label, name in enumerate(names):
        rows = [row for row, other in enumerate(data.labels) if other == label][:count]
        for panel, row in zip(panels[:, label], rows, strict=True):
            panel.imshow(data[row][0])
        panels[0, label].set_title(name, size=9)
    for panel in panels.flat:
        panel.axis("off")
    figure.tight_layout(pad=0.3)
    plt.show()


def show_views(
    pictures: Sequence[Any], t: Callable[[Any], Tensor], t_prime: Callable[[Any], Tensor], draws: int = 4
) -> None:
    """Pictures on the left, then views by t, then views by t'."""
    import matplotlib.pyplot as plt

    columns = [1.0, 0.15, *[1.0] * draws, 0.15, *[1.0] * draws]  # narrow ones stay empty
    size = (1.2 * sum(columns), 1.25 * len(pictures))
    grid = {"width_ratios": columns}
    figure, panels = plt.subplots(len(pictures), len(columns), figsize=size, gridspec_kw=grid)
    for row, picture in zip(panels, pictures, strict=True):
        row[0].imshow(picture)
        for side, augment in ((row[2 : 2 + draws], t), (row[3 + draws :], t_prime)):
            for panel in side:
                panel.imshow(_plain(augment(picture)))
    panels[0, 0].set_title("picture", size=9)
    panels[0, 2].set_title("views by t", size=9, loc="left", color=BLUE)
    panels[0, 3 + draws].set_title("views by t'", size=9, loc="left", color=ORANGE)
    for panel in panels.flat:
        panel.axis("off")
    figure.tight_layout(pad=0.3, w_pad=0.1)
    plt.show()


def _plain(view: Tensor) -> Tensor:
    values = view * torch.tensor(STD).view(3, 1, 1) + torch.tensor(MEAN).view(3, 1, 1)
    return values.clamp(0, 1).permute(1, 2, 0)


def show_architecture() -> None:
    """Both networks, and where gradients go."""
    import matplotlib.pyplot as plt

    figure, panel = plt.subplots(figsize=(9, 2.8))
    rows = (
        (
            1.0,
            BLUE,
            ("view $x_1$", "encoder $f_\\theta$", "projector $g_\\theta$", "predictor $q_\\theta$", "$p_1$"),
        ),
        (0.0, GREY, ("view $x_2$", "encoder $f_\\xi$", "projector $g_\\xi$", "", "$z_2$")),
    )
    for height, colour, names in rows:
        places = [place for place, name in enumerate(names) if name]
        for place in places:
            inner = 0 < place < 4
            box = {"boxstyle": "round,pad=0.5", "fc": colour if inner else "white", "ec": colour}
            panel.text(
                1.8 * place,
                height,
                names[place],
                ha="center",
                va="center",
                bbox=box,
                color="white" if inner else "black",
            )
        for one, other in pairwise(places):
            arrow = {"arrowstyle": "->", "color": colour, "lw": 1.5}
            panel.annotate("", (1.8 * other - 0.62, height), (1.8 * one + 0.62, height), arrowprops=arrow)
    for place in (1, 2):
        arrow = {"arrowstyle": "->", "color": GREEN, "ls": "--"}
        panel.annotate("", (1.8 * place, 0.27), (1.8 * place, 0.73), arrowprops=arrow)
    panel.text(2.7, 0.5, "average over time", color=GREEN, size=9, ha="center", va="center")
    panel.annotate("", (7.2, 0.22), (7.2, 0.8), arrowprops={"arrowstyle": "<->", "color": ORANGE})
    panel.text(7.3, 0.5, "loss", color=ORANGE, size=10, va="center")
    panel.text(5.4, 0.05, "no gradient", color=GREY, size=9, ha="center", va="bottom")
    panel.set(xlim=(-0.9, 8), ylim=(-0.4, 1.4))
    panel.axis("off")
    figure.tight_layout()
    plt.show()


def show_schedule(tau_at: Callable[..., float], total: int = 200) -> None:
    """tau over a training and how slowly the target follows, with a slider for where tau begins."""
    import matplotlib.pyplot as plt

    def draw(tau: float = 0.996) -> Any:
        figure, (left, right) = plt.subplots(1, 2, figsize=(10, 2.8))
        for base, colour in ((tau, BLUE), (0.97, ORANGE)):
            taus = [tau_at(step, total, base) for step in range(total + 1)]
            left.plot(taus, color=colour, label=f"from {base:g}")
            halves = [math.log(0.5) / math.log(value) if 0 < value < 1 else math.nan for value in taus]
            right.plot(halves, color=colour)
        left.set(xlabel=f"step of {total}", ylabel="$\\tau$")
        left.legend(fontsize=9)
        right.set(xlabel=f"step of {total}", ylabel="steps until half is new", yscale="log", ylim=(1, 1e5))
        for panel in (left, right):
            panel.grid(alpha=0.3)
        figure.tight_layout()
        return figure

    show_with_sliders(draw, tau=(0.9, 0.999))


def show_training(losses: Sequence[float], deviations: Sequence[float]) -> None:
    """The mean loss of each epoch, and how much the projections of a batch differ at each step."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 2.8))
    left.plot(range(1, len(losses) + 1), losses, color=BLUE, marker="o", ms=4)
    left.set(xlabel="epoch", ylabel="loss")
    left.xaxis.get_major_locator().set_params(integer=True)
    right.plot(deviations, color=GREEN, lw=0.8)
    right.axhline(0, color=RED, ls=":")
    right.set(xlabel="step", ylabel="deviation of projections", ylim=(-0.05, 1.1))
    right.text(0.98, 0.06, "all pictures alike", color=RED, ha="right", transform=right.transAxes)
    for panel in (left, right):
        panel.grid(alpha=0.3)
    figure.tight_layout()
    plt.show()


def show_collapse(
    deviations: Mapping[str, Sequence[float]],
    losses: Mapping[str, Sequence[float]],
    worth: Mapping[str, Sequence[float]],
) -> None:
    """BYOL without each part: the deviation over the steps, the last loss, the accuracy of a linear layer.

    Args:
        deviations: at each step, by the part that was missing. losses: likewise, the last one is shown.
        worth: accuracies by draw of labels, by the part that was missing; without `training`, too.
    """
    import matplotlib.pyplot as plt

    print(f"{'first to last 20 steps':22} {'deviation':>18} {'last loss':>9}  accuracy (range of draws)")
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4), width_ratios=(3, 2))
    for place, (part, colour) in enumerate(zip(deviations, (BLUE, ORANGE, GREEN, RED), strict=True)):
        label = "BYOL, whole" if part == "nothing" else f"without {part}"
        left.plot(deviations[part], color=colour, lw=1, label=label)
        mean, low, high = sum(worth[part]) / len(worth[part]), min(worth[part]), max(worth[part])
        reach = [[max(mean - low, 0)], [max(high - mean, 0)]]
        right.errorbar(mean, place, xerr=reach, fmt="o", color=colour, capsize=3)
        start, end = (sum(few) / len(few) for few in (deviations[part][:20], deviations[part][-20:]))
        print(
            f"{label:22} {start:9.3f} to {end:.3f} {losses[part][-1]:9.3f} "
            f"{mean:9.3f} ({low:.3f} to {high:.3f})"
        )
    untrained = sum(worth["training"]) / len(worth["training"])
    right.axvline(untrained, color="black", ls=":", label="before any training")
    left.set(xlabel="step", ylabel="deviation of projections", ylim=(-0.05, 1.1))
    left.legend(fontsize=9)
    left.grid(alpha=0.3)
    right.set(xlabel="accuracy, 10 labels per class; range of draws", yticks=[], ylim=(3.6, -0.6))
    right.legend(fontsize=9, loc="lower center", bbox_to_anchor=(0.5, 1), frameon=False)
    right.grid(alpha=0.3, axis="x")
    right.locator_params(axis="x", nbins=5)
    figure.tight_layout()
    plt.show()


def show_few_labels(
    counts: Sequence[int],
    linear: Mapping[str, Sequence[Sequence[float]]],
    tuned: Mapping[str, Sequence[Sequence[float]]],
) -> None:
    """Accuracy of linear evaluation and of fine-tuning by number of labels: mean and range of the draws."""
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, 2, figsize=(10, 3.4), sharey=True)
    names = {
        "linear evaluation": {"BYOL": "features of BYOL", "random": "features of random weights"},
        "fine-tuning": {"BYOL": "from BYOL", "random": "from scratch"},
    }
    for panel, (title, labels), found in zip(panels, names.items(), (linear, tuned), strict=True):
        for (name, label), colour in zip(labels.items(), (BLUE, ORANGE), strict=True):
            means = [sum(draws) / len(draws) for draws in found[name]]
            ends = [min(draws) for draws in found[name]], [max(draws) for draws in found[name]]
            panel.plot(counts, means, color=colour, marker="o", label=label)
            panel.fill_between(counts, *ends, color=colour, alpha=0.15, lw=0)
            print(f"{title + ', ' + label:46}", "  ".join(f"{mean:.3f}" for mean in means))
        panel.set(xscale="log", xlabel="labels per class", title=title)
        panel.set_xticks(list(counts), [str(count) for count in counts])
        panel.minorticks_off()
        panel.grid(alpha=0.3)
        panel.legend(fontsize=9, loc="lower right")
    panels[0].set_ylabel("accuracy on test pictures")
    figure.tight_layout()
    plt.show()
