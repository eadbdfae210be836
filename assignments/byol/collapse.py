"""BYOL with a part taken away, and how different its projections stay: given."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from batched import T_PRIME, T, augment
from torch import Tensor, nn

PARTS = ("nothing", "predictor", "average", "stop-gradient")


def take_away(part: str, model: Any) -> None:
    """Change a new `BYOL` in place, so that it trains without one of `PARTS`.

    Without the predictor, the online projection itself is compared with the target. Without the average, the
    target is the online network as the last step left it. Without the stop-gradient, it is the online network
    of this very step, and the gradient goes into both sides.
    """
    if part == "predictor":
        model.online_predictor = nn.Identity()
    elif part == "average":
        model.tau = 0.0
    elif part == "stop-gradient":
        model.register_forward_hook(_let_gradient_through)


def _let_gradient_through(model: Any, views: tuple[Tensor, Tensor], outputs: tuple[Tensor, ...]) -> Any:
    projections = [model.online_projector(model.online_encoder(view)) for view in views]
    return (*projections, *outputs[2:])


def record_deviations(model: nn.Module, deviation: Callable[[Tensor], float]) -> list[float]:
    """From now on, the deviation of the first view's target projections at each step: a list that grows."""
    seen: list[float] = []
    model.register_forward_hook(lambda model, views, outputs: seen.append(deviation(outputs[0])))
    return seen


def small_pictures(data: Any, size: int, most: int = 5000) -> Tensor:
    """The first pictures of a data set of PIL images, values from 0 to 1: (N, 3, size, size)."""
    from torchvision.transforms import v2

    shrink = v2.Compose([v2.ToImage(), v2.Resize(size), v2.ToDtype(torch.float32, scale=True)])
    return torch.stack([shrink(data[row][0]) for row in range(min(len(data), most))])


class BatchesOfViews:
    """`steps` batches `((x1, x2), rows)` of random pictures: a whole batch is cropped and coloured at once,
    each picture by its own draws, in a tenth of the time that it takes one after the other.
    """

    def __init__(self, pictures: Tensor, batch: int, steps: int, size: int = 32) -> None:
        self.pictures, self.batch, self.steps, self.size = pictures, batch, steps, size

    def __len__(self) -> int:
        return self.steps

    def __iter__(self) -> Iterator[tuple[tuple[Tensor, Tensor], Tensor]]:
        for _ in range(self.steps):
            rows = torch.randperm(len(self.pictures))[: self.batch]
            t, t_prime = (augment(self.pictures[rows], self.size, r, smallest=0.35) for r in (T, T_PRIME))
            yield (t, t_prime), rows
