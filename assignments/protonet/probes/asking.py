"""Asking `calc_loss`, with numbers in place of the results of some of the methods that it calls."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from .encoders import as_images
from .observing import loss_and_accuracy, plain, tried

CPU = torch.device("cpu")
LOSS, ACCURACY = 0, 1  # places in what `calc_loss` returns


def distances_of(net: Any, support: Tensor, query: Tensor) -> Tensor | None:
    """What `calc_loss` wants to make a loss of; nothing where it does that by itself."""
    seen: list[Any] = []

    def loss(distances: Any, *args: Any, **kwargs: Any) -> Tensor:
        seen.append(distances)
        return torch.zeros(())

    with torch.no_grad(), in_place(net, loss_of_distances=loss, predicted_classes=no_prediction):
        try:
            result(net, support, query)
        except Exception as error:
            seen += [] if seen else _left_behind(error, "distances")
            if not seen:
                raise
    return plain(seen[0], "What `prototype_distances` returns") if seen else None


def loss_of(net: Any, support: Tensor, query: Tensor) -> Any:
    """The loss of an episode as it comes, whatever is predicted."""
    with in_place(net, predicted_classes=no_prediction):
        try:
            return result(net, support, query)[LOSS]
        except Exception as error:
            if found := _left_behind(error, "loss"):
                return found[0]
            raise


def loss_value(net: Any, support: Tensor, query: Tensor) -> Tensor:
    """The loss of an episode as a number, apart from the graph."""
    with torch.no_grad():
        return plain(loss_of(net, support, query), "The loss")


def accuracy_of(net: Any, support: Tensor, query: Tensor) -> Tensor:
    """The accuracy of an episode, whatever the loss."""
    with in_place(net, loss_of_distances=no_loss):
        return plain(result(net, support, query)[ACCURACY], "The accuracy")


def of_given_distances(net: Any, distances: Tensor, ways: int, place: int) -> tuple[Any, Exception | None]:
    """Loss or accuracy as it comes from given distances (queries, ways), or what was raised instead; neither
    where `calc_loss` does not ask for distances."""
    asked: list[bool] = []

    def given(*args: Any, **kwargs: Any) -> Tensor:
        asked.append(True)
        return distances.clone()

    others = {"predicted_classes": no_prediction} if place == LOSS else {"loss_of_distances": no_loss}
    support, query = torch.zeros(ways, 1, 1), torch.zeros(ways, len(distances) // ways, 1)
    with in_place(net, prototype_distances=given, **others):
        both, error = tried(lambda: result(net, support, query))
    return (both[place] if both else None, error) if asked else (None, None)


def result(net: Any, support: Tensor, query: Tensor) -> tuple[Any, Any]:
    """Loss and accuracy of an episode of points or of images."""
    return loss_and_accuracy(net.calc_loss(as_images(support), as_images(query), CPU))


@contextmanager
def in_place(net: Any, **methods: Callable[..., Any]) -> Iterator[None]:
    """The network with these methods in place of its own, as far as it has them."""
    put = [name for name in methods if hasattr(net, name)]
    for name in put:
        object.__setattr__(net, name, methods[name])
    try:
        yield
    finally:
        for name in put:
            object.__delattr__(net, name)


def no_prediction(distances: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """No class for any query."""
    return torch.full((len(distances),), -1)


def no_loss(*args: Any, **kwargs: Any) -> Tensor:
    """Nothing."""
    return torch.zeros(())


def _left_behind(error: BaseException, name: str) -> list[Any]:
    """A variable of `calc_loss` that had its value before a later line raised: a list of one, or of none."""
    trace = error.__traceback__
    while trace:
        frame, trace = trace.tb_frame, trace.tb_next
        if frame.f_code.co_name == "calc_loss" and name in frame.f_locals:
            return [frame.f_locals[name]]
    return []
