"""The figures of the hard-triplets lab, given.

Plotting libraries are imported where they are used: the grader imports this module and draws nothing.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import torch
from evaluation import interval
from torch import Tensor

BLUE, ORANGE, GREEN, RED, GREY = "#2b6cb0", "#dd6b20", "#2f855a", "#c53030", "#a0aec0"
History = Sequence[Mapping[str, float]]


def show_letters(dataset: Any, cls2label: Mapping[str, int], alphabets: int = 6, letters: int = 10) -> None:
    """The first drawing of some letters of some alphabets; a row is an alphabet."""
    import matplotlib.pyplot as plt

    of_alphabet: dict[str, list[int]] = {}
    for name, label in cls2label.items():
        of_alphabet.setdefault(name.partition("/")[0], []).append(label)
    first = {label: index for index, label in reversed(list(enumerate(dataset.targets)))}
    shown = list(of_alphabet)[:: max(1, len(of_alphabet) // alphabets)][:alphabets]
    figure, panels = plt.subplots(len(shown), 1, figsize=(8, 0.82 * len(shown)))
    for panel, name in zip(panels, shown, strict=True):
        row = [dataset.images[first[label]][..., 0] for label in of_alphabet[name][:letters]]
        panel.imshow(torch.cat([torch.as_tensor(image) for image in row], dim=1), cmap="gray")
        panel.set(xticks=[], yticks=[])
        panel.set_ylabel(name.replace("_", " "), rotation=0, ha="right", va="center", fontsize=9)
        panel.spines[:].set_visible(False)
    figure.tight_layout(h_pad=0.2)
    plt.show()


def show_pipeline() -> None:
    """What a training step does, and how an embedding is judged; coloured is what one writes."""
    import matplotlib.pyplot as plt

    figure, panel = plt.subplots(figsize=(10, 2.9))
    learning = (
        "drawings,\nlabels",
        "batch of\nP x K",
        "network",
        "P x K\npoints",
        "sampler:\ntriplets",
        "loss",
    )
    judging = ("query and\ngallery", "", "network", "points", "k nearest\nof the gallery", "CMC@k")
    for height, names, title in ((1.0, learning, "a step of training"), (0.0, judging, "evaluation")):
        panel.text(-0.75, height + 0.36, title, size=10, weight="bold", va="center")
        places = [place for place, name in enumerate(names) if name]
        for place in places:
            own = height == 1.0 and place > 3
            box = {"boxstyle": "round,pad=0.4", "fc": "white", "ec": ORANGE if own else BLUE}
            panel.text(1.5 * place, height, names[place], ha="center", va="center", size=10, bbox=box)
        for one, other in pairwise(places):
            arrow = {"arrowstyle": "->", "color": GREY}
            panel.annotate("", (1.5 * other - 0.6, height), (1.5 * one + 0.6, height), arrowprops=arrow)
    back = {"arrowstyle": "->", "color": GREEN, "connectionstyle": "arc3,rad=0.3"}
    panel.annotate("", (3.0, 1.24), (7.5, 1.2), arrowprops=back)
    panel.text(5.2, 1.78, "gradient", color=GREEN, size=10, ha="center", va="center")
    panel.annotate("", (3.0, 0.24), (3.0, 0.76), arrowprops={"arrowstyle": "<->", "color": GREY, "ls": "--"})
    panel.text(3.1, 0.5, "the same", color="black", size=9, va="center")
    panel.set(xlim=(-0.8, 8.2), ylim=(-0.4, 2.0))
    panel.axis("off")
    figure.tight_layout()
    plt.show()


def show_batch(images: Tensor, labels: Tensor, samples: int, classes: int = 5) -> None:
    """Some classes of a batch (B, 1, H, W), `samples` in a row each."""
    import matplotlib.pyplot as plt

    rows = [torch.cat(list(row[:, 0]), dim=1) for row in images.split(samples)[:classes]]
    figure, panel = plt.subplots(figsize=(0.62 * min(samples, 16), 0.62 * classes))
    panel.imshow(torch.cat(rows), cmap="gray")
    height = images.shape[-1]
    panel.set(xticks=[], yticks=[(row + 0.5) * height for row in range(classes)])
    panel.set_yticklabels([f"class {label}" for label in labels[::samples][:classes].tolist()], fontsize=9)
    panel.spines[:].set_visible(False)
    for row in range(1, classes):
        panel.axhline(row * height - 0.5, color=GREY, lw=0.8)
    figure.tight_layout()
    plt.show()


def show_choices() -> None:
    """What hard triplets choose for a sample, and hard cluster for a class."""
    import matplotlib.pyplot as plt

    generator = torch.Generator().manual_seed(11)
    centres = torch.tensor([[-1.0, -0.2], [0.9, -0.5], [0.3, 1.2]])
    colours = (BLUE, ORANGE, GREEN)
    classes = [centre + 0.36 * torch.randn(6, 2, generator=generator) for centre in centres]
    classes[0][0] = torch.tensor([-0.45, 0.75])  # an odd one
    means = torch.stack([points.mean(dim=0) for points in classes])
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4), sharex=True, sharey=True)

    def arrow(panel: Any, start: Tensor, end: Tensor, colour: str) -> None:
        style = {"arrowstyle": "-|>", "color": colour, "lw": 1.6, "shrinkA": 5, "shrinkB": 5}
        panel.annotate("", end.tolist(), start.tolist(), arrowprops=style)

    for panel in (left, right):
        for points, colour in zip(classes, colours, strict=True):
            panel.scatter(*points.T, color=colour, s=28, zorder=3)
        panel.set(xticks=[], yticks=[], aspect="equal")
    anchor = classes[0][3]
    left.scatter(*anchor, s=130, facecolor="none", edgecolor="black", zorder=4)
    arrow(left, anchor, classes[0][0], GREEN)
    arrow(left, anchor, classes[2][0], RED)
    left.set_title("hard triplets: for one sample (ringed)", fontsize=10)
    for c, (positive, negative) in enumerate(((0, 2), (4, 2), (5, 0))):  # which these are, you will write
        arrow(right, means[c], classes[c][positive], GREEN)
        arrow(right, means[c], means[negative], RED)
        right.scatter(*means[c], marker="*", s=230, color=colours[c], edgecolor="black", zorder=5)
    right.set_title("hard cluster: for each class, from its mean (star)", fontsize=10)
    figure.supxlabel("green: to the positive, to be pulled · red: to the negative, to be pushed", size=9)
    figure.tight_layout()
    plt.show()


def show_look_ups(
    dataset: Any, features: Tensor, targets: Tensor, is_query: Tensor, queries: int = 8, nearest: int = 5
) -> None:
    """Queries of several classes, each with the nearest drawings of the gallery; framed by right or wrong."""
    import matplotlib.pyplot as plt

    of_query, of_gallery = is_query.nonzero().flatten(), (~is_query).nonzero().flatten()
    shown = of_query[torch.linspace(0, len(of_query) - 1, queries).long()]
    found = torch.cdist(features[shown], features[of_gallery]).topk(nearest, largest=False).indices
    figure, panels = plt.subplots(queries // 2, 2 * (nearest + 1) + 1, figsize=(10, 0.8 * queries // 2 + 0.4))
    for panel in panels.flat:
        panel.axis("off")
    for number, query in enumerate(shown.tolist()):
        row, start = number // 2, (number % 2) * (nearest + 2)
        for column, index in enumerate([query, *of_gallery[found[number]].tolist()]):
            panel = panels[row, start + column]
            panel.imshow(dataset.images[index][..., 0], cmap="gray")
            panel.axis("on")
            panel.set(xticks=[], yticks=[])
            right = targets[index] == targets[query]
            panel.spines[:].set(color="black" if not column else GREEN if right else RED, linewidth=2)
        if row == 0:
            panels[row, start].set_title("query", fontsize=9)
            panels[row, start + 1].set_title("gallery, nearest first", fontsize=9, loc="left")
    figure.tight_layout(w_pad=0.1, h_pad=0.3)
    plt.show()


def show_tree(cls2label: Mapping[str, int], alphabets: int = 3, letters: int = 4) -> None:
    """The top of the tree root - alphabet - letter, with the level at which classes meet."""
    import matplotlib.pyplot as plt

    of_alphabet: dict[str, list[str]] = {}
    for name in cls2label:
        alphabet, _, letter = name.partition("/")
        of_alphabet.setdefault(alphabet, []).append(letter)
    shown = list(of_alphabet)[:alphabets]
    figure, panel = plt.subplots(figsize=(9, 2.6))
    middle = (alphabets * letters - 1) / 2
    for number, alphabet in enumerate(shown):
        place = number * letters + (letters - 1) / 2
        panel.plot([middle, place], [2, 1], color=GREY, zorder=1)
        name = alphabet.replace("_", " ")
        panel.text(place, 1, name, ha="center", va="center", fontsize=9, bbox={"fc": "white", "ec": BLUE})
        for child, letter in enumerate(of_alphabet[alphabet][:letters]):
            panel.plot([place, number * letters + child], [1, 0], color=GREY, zorder=1)
            place_of_letter = (number * letters + child, -0.02)
            label = letter.replace("character", "letter ")
            panel.text(*place_of_letter, label, ha="center", va="top", fontsize=9, rotation=30)
    panel.text(middle, 2, "root", ha="center", va="center", fontsize=9, bbox={"fc": "white", "ec": BLUE})
    panel.set(xticks=[], yticks=[0, 1, 2], ylim=(-0.75, 2.35), ylabel="level")
    panel.spines[["top", "right", "bottom"]].set_visible(False)
    figure.tight_layout()
    plt.show()


def show_margins(criterion: Any, features: Tensor, labels: Tensor) -> None:
    """A histogram of the margins of a batch, of every anchor with every sample of another class."""
    import matplotlib.pyplot as plt

    anchors, negatives = (labels[:, None] != labels).nonzero().unbind(dim=1)
    margins = criterion.margins(features, labels, anchors.tolist(), negatives.tolist())
    alphabet = torch.tensor([criterion.alphabet_of_class[label] for label in labels.tolist()])
    within = alphabet[anchors] == alphabet[negatives]
    figure, panel = plt.subplots(figsize=(7, 2.6))
    bins = torch.linspace(float(margins.min()), float(margins.max()), 50).numpy()
    for mask, name, colour in (
        (within, "one alphabet, level 1", BLUE),
        (~within, "two alphabets, level 2", ORANGE),
    ):
        panel.hist(margins[mask].numpy(), bins, density=True, alpha=0.7, color=colour, label=name)
    panel.axvline(0.3, color="black", ls=":", lw=1, label="the margin of hard cluster")
    panel.set(xlabel="margin, in squared distance", ylabel="density")
    panel.legend(fontsize=9, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1), frameon=False)
    figure.tight_layout()
    plt.show()


@torch.no_grad()
def show_hinges(hinges: Mapping[str, tuple[Tensor, Tensor]]) -> None:
    """d(a, p)^2 - d(a, n)^2 of triplets, which of them are let go, and where their margins lie.

    Args:
        hinges: that difference and the margin of each triplet, both (T,), by a name.
    """
    import matplotlib.pyplot as plt

    every = torch.cat([values for lacks, margins in hinges.values() for values in (lacks, -margins)])
    bins = torch.arange(float(every.min()) - 0.01, float(every.max()) + 0.02, 0.01).numpy()
    colours = {"hard triplets": BLUE, "hierarchical": GREEN}
    figure, panels = plt.subplots(1, len(hinges), figsize=(10, 2.9), sharex=True)
    for panel, (name, (lacks, margins)) in zip(panels, hinges.items(), strict=True):
        is_open = lacks > -margins
        both = [lacks[~is_open].numpy(), lacks[is_open].numpy()]
        panel.hist(both, bins, stacked=True, color=(GREY, colours.get(name, "black")))
        beside = panel.twinx()  # counts of its own: one margin for all would dwarf the triplets
        beside.hist(-margins.numpy(), bins, color=RED, alpha=0.35)
        panel.axvline(0, color="black", ls=":", lw=1)
        for axis in (panel, beside):
            axis.set_yticks([])
        panel.set_title(name, fontsize=10)
        print(
            f"{name}: margins {margins.min():.2f} to {margins.max():.2f}; {is_open.float().mean():.1%} of "
            f"the hinges are open, {(lacks > 0).float().mean():.1%} would be with any margin not below 0"
        )
    figure.supxlabel("$d(a, p)^2 - d(a, n)^2$ · grey: let go · red: the margins, below 0", size=10)
    figure.tight_layout()
    plt.show()


def show_history(history: History) -> None:
    """CMC@1, 5 and 10 over the epochs of a training."""
    import matplotlib.pyplot as plt

    figure, panel = plt.subplots(figsize=(6, 2.6))
    epochs = [row["epoch"] for row in history]
    for k, colour in ((1, BLUE), (5, ORANGE), (10, GREEN)):
        panel.plot(epochs, [row[f"cmc@{k}"] for row in history], color=colour, marker=".", label=f"CMC@{k}")
    panel.set(xlabel="epoch", ylabel="share of queries")
    panel.xaxis.get_major_locator().set_params(integer=True)
    panel.legend(fontsize=9)
    panel.grid(alpha=0.3)
    figure.tight_layout()
    plt.show()


def show_comparison(hits: Mapping[str, Tensor], control: str, of_class: int) -> None:
    """CMC@1 and CMC@5 of each way, and how much less or more they are than the control's.

    Args:
        hits: of each way, (S, Q, 3), as `evaluation.hits` gives them.
        control: the way that the others are compared with.
        of_class: how many queries a class has; thin lines are intervals over classes.
    """
    import matplotlib.pyplot as plt

    ours = (GREY, BLUE, ORANGE, GREEN)
    figure, panels = plt.subplots(1, 4, figsize=(11, 0.42 * len(hits) + 1.1), sharey=True)
    print(f"less {control}, with 95 % intervals over the queries, and in brackets over the classes")
    for place, (name, found) in enumerate(hits.items()):
        colour = ours[place] if place < len(ours) else "black"
        apart = found.double() - hits[control].double()  # seeds beside seeds
        shown = (found[..., 0], found[..., 1], apart[..., 0], apart[..., 1])
        for panel, values in zip(panels, shown, strict=True):
            mean, low, high = interval(values)
            panel.plot(interval(values, of_class)[1:], [place, place], color=colour, lw=0.8)
            panel.errorbar(
                mean,
                place,
                xerr=[[max(mean - low, 0)], [max(high - mean, 0)]],
                fmt="o",
                color=colour,
                capsize=3,
            )
        cells = []
        for column, k in enumerate((1, 5)):
            mean, low, high = interval(apart[..., column])
            _, least, most = interval(apart[..., column], of_class)
            cells.append(f"CMC@{k} {mean:+.3f} [{low:+.3f}, {high:+.3f}] ([{least:+.3f}, {most:+.3f}])")
        print(f"{name:<21}" + "  ".join(cells))
    titles = ("CMC@1", "CMC@5", f"CMC@1 less that of\n{control}", f"CMC@5 less that of\n{control}")
    for panel, title in zip(panels, titles, strict=True):
        panel.set_title(title, fontsize=10)
        panel.grid(alpha=0.3, axis="x")
        panel.locator_params(axis="x", nbins=4)
    for panel in panels[2:]:
        panel.axvline(0, color="black", ls=":", lw=1)
    panels[0].set_yticks(range(len(hits)), list(hits))
    panels[0].invert_yaxis()
    legend = "means over the seeds; 95 % intervals, thick over the queries, thin over the classes"
    figure.supxlabel(legend, size=10)
    figure.tight_layout()
    plt.show()
