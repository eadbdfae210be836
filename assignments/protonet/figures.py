"""The figures of the ProtoNet lab, given. Plotting libraries are imported where they are used: the grader
imports this module and draws nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from data_utils.sliders import show_with_sliders

BLUE, ORANGE, GREEN, GREY = "#2b6cb0", "#dd6b20", "#2f855a", "#a0aec0"


def show_pairs_and_proxies() -> None:
    """What is compared with what: pairs, triplets, proxies."""
    import matplotlib.pyplot as plt

    generator = torch.Generator().manual_seed(3)
    centres = torch.tensor([[-1.0, -0.4], [1.0, -0.5], [0.1, 1.1]])
    classes = [centre + 0.33 * torch.randn(5, 2, generator=generator) for centre in centres]
    figure, panels = plt.subplots(1, 3, figsize=(11, 3.4), sharex=True, sharey=True)
    for panel, title in zip(panels, ("pairs", "triplets", "proxies"), strict=True):
        for points, colour in zip(classes, (BLUE, ORANGE, GREEN), strict=True):
            panel.scatter(*points.T, color=colour, zorder=3)
        panel.set(title=title, xticks=[], yticks=[], aspect="equal")

    def line(panel, start, end, pulls):
        style = {"color": GREEN, "lw": 1.4} if pulls else {"color": "#c53030", "lw": 0.8, "ls": "--"}
        panel.plot(*torch.stack([start, end]).T, alpha=0.7, **style)

    everything = [(c, point) for c, points in enumerate(classes) for point in points]
    for i, (c, point) in enumerate(everything):
        for other_c, other in everything[:i]:
            line(panels[0], point, other, c == other_c)
    for anchor, positive, negative in ((0, 1, 0), (2, 3, 4), (4, 0, 2)):
        line(panels[1], classes[0][anchor], classes[0][positive], True)
        line(panels[1], classes[0][anchor], classes[1][negative], False)
    for c, colour in enumerate((BLUE, ORANGE, GREEN)):
        panels[2].scatter(*centres[c], marker="*", s=260, color=colour, edgecolor="black", zorder=4)
        for other_c, point in everything:
            line(panels[2], centres[c], point, c == other_c)
    figure.supxlabel(
        "solid: pulled together · dashed: pushed apart · stars: proxies, which are learned", size=9
    )
    figure.tight_layout()
    plt.show()


def show_pull_on_a_positive() -> None:
    """How hard Proxy-Anchor pulls one positive, with sliders for alpha and the margin."""
    show_with_sliders(_pull_on_a_positive, alpha=(1, 64), margin=(0, 0.5))


def _pull_on_a_positive(alpha: float = 32, margin: float = 0.1) -> Any:
    """The pull by the sample's similarity, beside others that do badly, better and well."""
    import matplotlib.pyplot as plt

    s = torch.linspace(-1, 1, 400)
    figure, panel = plt.subplots(figsize=(7, 3.2))
    for other, colour in ((-0.6, GREY), (-0.2, ORANGE), (0.9, BLUE)):
        logits = torch.stack(
            [torch.zeros_like(s), -alpha * (s - margin), torch.full_like(s, -alpha * (other - margin))]
        )
        pull = alpha * logits.softmax(dim=0)[1]  # minus the derivative of the proxy's first term
        panel.plot(s, pull, color=colour, label=f"beside a positive at s = {other}")
    panel.axhline(1, color="black", lw=0.8, ls=":", label="Proxy-NCA: always 1")
    panel.set(
        xlabel="similarity s of the sample to its proxy", ylabel="pull $-\\partial \\ell / \\partial s$"
    )
    panel.legend(fontsize=9)
    figure.tight_layout()
    return figure


def show_moves(proto_net: Any) -> None:
    """Where a step against the gradient moves the points of an episode of three classes in the plane.

    Args:
        proto_net: embeds points of the plane as themselves.
    """
    import matplotlib.pyplot as plt

    generator = torch.Generator().manual_seed(4)
    centres = torch.tensor([[-1.0, -0.5], [1.0, -0.5], [0.0, 0.9]])[:, None]
    support, query = (
        (centres + 0.45 * torch.randn(3, count, 2, generator=generator)).requires_grad_() for count in (4, 3)
    )
    loss, _ = proto_net.calc_loss(support, query, torch.device("cpu"))
    if loss.requires_grad:
        loss.backward()
    figure, panel = plt.subplots(figsize=(7, 4.6))
    for points, marker, name in ((support, "o", "support"), (query, "^", "query")):
        moves = torch.zeros_like(points) if points.grad is None else -points.grad
        print(f"{name:<8} mean length of the gradients {moves.norm(dim=2).mean():.4f}")
        for place, step, colour in zip(points.detach(), moves, (BLUE, ORANGE, GREEN), strict=True):
            panel.scatter(*place.T, marker=marker, s=46, color=colour, zorder=3)
            panel.quiver(
                *place.T, *step.T, angles="xy", scale_units="xy", scale=0.15, width=0.004, color=colour
            )
        panel.scatter([], [], marker=marker, s=46, color=GREY, label=name)
    for prototype, colour in zip(support.detach().mean(dim=1), (BLUE, ORANGE, GREEN), strict=True):
        panel.scatter(*prototype, marker="*", s=230, color=colour, edgecolor="black", zorder=4)
    panel.scatter([], [], marker="*", s=150, color=GREY, edgecolor="black", label="prototype")
    panel.set(xticks=[], yticks=[], aspect="equal", title="minus the gradient of the loss")
    panel.legend(fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    panel.margins(0.15)
    figure.tight_layout()
    plt.show()


def show_episode(support: Tensor, query: Tensor, names: Sequence[str], classes: int = 5) -> None:
    """The first classes of an episode: support on the left, queries on the right; a row is a class."""
    import matplotlib.pyplot as plt

    classes = min(classes, len(support))
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 0.85 * classes + 0.6))
    for panel, images, title in ((left, support, "support"), (right, query, "query")):
        rows = [torch.cat(list(of_class[:, 0]), dim=1) for of_class in images[:classes]]
        panel.imshow(1 - torch.cat(rows), cmap="gray", vmin=0, vmax=1)
        for row in range(1, classes):
            panel.axhline(28 * row - 0.5, color=GREY, lw=0.8)
        panel.set(title=title, xticks=[], yticks=[])
    left.set_yticks(
        [28 * row + 14 for row in range(classes)], [n.replace("/", "\n", 1) for n in names[:classes]]
    )
    left.tick_params(labelsize=9, length=0)
    figure.tight_layout()
    plt.show()


def show_curves(history: Mapping[str, Sequence[float]], window: int = 10) -> None:
    """Loss and accuracy of each episode, and their moving mean."""
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, 2, figsize=(10, 3))
    for panel, name, colour in zip(panels, ("loss", "accuracy"), (ORANGE, BLUE), strict=True):
        values = torch.tensor(history[name])
        panel.plot(range(1, len(values) + 1), values, color=colour, alpha=0.3)
        if len(values) >= window:
            panel.plot(range(window, len(values) + 1), values.unfold(0, window, 1).mean(dim=1), color=colour)
        panel.set(xlabel="episode", title=f"{name} (line: mean of {window} episodes)")
        panel.grid(alpha=0.3)
    figure.tight_layout()
    plt.show()


def show_embeddings(embeddings: Mapping[str, Tensor], seed: int = 0) -> None:
    """t-SNE of the embeddings (samples, emb_dim) of some classes, one colour a class, stars at the means."""
    import matplotlib.pyplot as plt
    from sklearn.manifold import TSNE

    means = torch.stack([of_class.mean(dim=0) for of_class in embeddings.values()])
    everything = torch.cat([*embeddings.values(), means])
    placed = TSNE(init="pca", perplexity=15, random_state=seed).fit_transform(everything.numpy())
    figure, panel = plt.subplots(figsize=(6.5, 5.5))
    start = 0
    for number, of_class in enumerate(embeddings.values()):
        points, star = placed[start : start + len(of_class)], placed[len(placed) - len(embeddings) + number]
        colour = plt.get_cmap("tab20")(number % 20)
        panel.scatter(*points.T, s=14, color=colour)
        panel.scatter(*star, marker="*", s=150, color=colour, edgecolor="black", lw=0.7)
        start += len(of_class)
    panel.set(xticks=[], yticks=[], title="t-SNE of unseen characters; stars: their means")
    figure.tight_layout()
    plt.show()


def show_mistakes(predicted: Tensor, support: Tensor, query: Tensor, most: int = 10) -> None:
    """The queries that were taken for another class, above its first support drawing and their own class's.

    Args:
        predicted: class of each query (classes, queries).
    """
    import matplotlib.pyplot as plt

    wrong = (predicted != torch.arange(len(predicted))[:, None]).nonzero().tolist()
    print(f"{len(wrong)} of {predicted.numel()} queries are taken for another class")
    shown = wrong[:most]
    if not shown:
        return
    figure, panels = plt.subplots(3, len(shown), figsize=(max(len(shown), 3), 3.3), squeeze=False)
    for column, (label, number) in zip(panels.T, shown, strict=True):
        drawings = query[label, number], support[predicted[label, number], 0], support[label, 0]
        for panel, drawing, colour in zip(column, drawings, (GREY, "#c53030", GREEN), strict=True):
            panel.imshow(1 - drawing[0], cmap="gray", vmin=0, vmax=1)
            panel.set(xticks=[], yticks=[])
            panel.spines[:].set(color=colour, linewidth=2)
    for panel, name in zip(panels[:, 0], ("query", "taken for", "belongs to"), strict=True):
        panel.set_ylabel(name, rotation=0, ha="right", va="center")
    figure.tight_layout()
    plt.show()


def tensorboard(name: str) -> Any:
    """A writer of the numbers of a training: `tensorboard --logdir runs` draws them."""
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(f"runs/{name}")
