"""The exercise on evaluation, without points: a check by worked examples, and the comparison after it."""

from collections.abc import Callable, Mapping

import torch
from prepare_data import sample_from_torch_sample_dict
from torch import Tensor

MeanAndHalf = Callable[[Tensor], tuple[float, float]]
Neighbours = Callable[[Tensor, Tensor], Tensor]

# Four episodes, and three classes of two drawings in the plane: the mean of a class lies among another's.
ACCURACIES = torch.tensor([0.6, 0.8, 1.0, 0.8])
MEAN, HALF = 0.8, 0.16
OTHER_HALVES = {
    0.08: "that is one standard error: 95 % lie within 1.96 of them",
    0.32: "that is the spread of single episodes: their mean is known better, by the root of their number",
}
SUPPORT = torch.tensor([[[0.0, 0.0], [6.0, 0.0]], [[3.0, 0.5], [3.0, 8.0]], [[0.0, 5.0], [0.0, 9.0]]])
QUERY = torch.tensor([[5.5, 0.0], [3.0, 1.0], [0.5, 6.0], [1.0, 0.0], [2.9, 7.0]])
CLASSES = [0, 1, 2, 0, 1]
OTHER_CLASSES = {
    (1, 2, 4, 0, 3): "that is the row of the nearest drawing: which class is it of?",
    (0, 0, 2, 0, 1): "that is what prototypes say: leave the mean out",
}


def check(mean_and_half: MeanAndHalf, nearest_neighbours: Neighbours) -> bool:
    """Say of both functions whether they agree with worked examples; true where they do."""
    try:
        mean, half = (float(value) for value in mean_and_half(ACCURACIES))
        found = nearest_neighbours(SUPPORT, QUERY)
    except NotImplementedError:
        print("Not written yet. No points hang on it, and nothing below needs it.")
        return False
    said = [
        _said("mean", mean, MEAN, {}),
        _said("half", half, HALF, OTHER_HALVES),
        _said_of_classes(torch.as_tensor(found)),
    ]
    print("\n".join(f"{'x ' if wrong else 'ok'} {name}{wrong}" for name, wrong in said))
    return not any(wrong for _, wrong in said)


def _said(name: str, value: float, wanted: float, others: Mapping[float, str]) -> tuple[str, str]:
    if abs(value - wanted) < 0.03 * wanted or (name == "half" and abs(value - 0.1386) < 0.001):
        return name, ""  # by n - 1 or by n: with a thousand episodes that is the same
    why = [text for other, text in others.items() if abs(value - other) < 0.03 * other]
    return name, f": of 0.6, 0.8, 1 and 0.8 it is {wanted}, not {value:.3g}" + "".join(f"; {w}" for w in why)


def _said_of_classes(found: Tensor) -> tuple[str, str]:
    name = "nearest neighbours"
    if found.shape != (len(CLASSES),):
        return name, f": expected shape ({len(CLASSES)},), a class for each query, got {tuple(found.shape)}"
    if found.tolist() == CLASSES:
        return name, ""
    why = OTHER_CLASSES.get(tuple(found.int().tolist()), "")
    return name, f": expected {CLASSES}, got {found.tolist()}" + (f"; {why}" if why else "")


def accuracies(
    predict: Neighbours, embedded: Mapping[str, Tensor], ways: int, shots: int, episodes: int = 300
) -> Tensor:
    """The accuracy of each of some episodes (episodes,) of drawings that are embedded already.

    Args:
        predict: support (ways, shots, D) and queries (n, D) -> the class of each query.
        embedded: class -> embeddings (samples, D).
    """
    names, queries = list(embedded), 5
    target = torch.arange(ways).repeat_interleave(queries)
    found = torch.empty(episodes)
    for episode in range(episodes):
        support, query, _ = sample_from_torch_sample_dict(names, embedded, ways, shots, queries)
        found[episode] = (predict(support, query.flatten(0, 1)) == target).float().mean()
    return found
