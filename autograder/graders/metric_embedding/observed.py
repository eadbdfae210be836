"""What probes saw of convolutions and of what goes through a network, checked as it is read. Trusted side.

Shapes come first, and from the case: what a submission sends decides about no amount of work here.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.judging import Observed, assert_that
from data_utils.seeding import drawn

from .layers import PADDINGS, convolved, fits, near, normalised

Array = NDArray[np.floating]
LARGEST_SIDE = 40  # of maps, from images of 28 x 28
LARGEST_KERNEL = 9


@dataclass(frozen=True)
class Convolution:
    """The convolution at work in a block (2b): what it was given and gave, in double precision.

    Attributes:
        images: the block's input (B, maps in, H, W).
        into, into_of_mirrored: what the convolution was given for these and for their negatives.
        out: what it gave, with the kernel that the case's seed says.
    """

    images: Array
    into: Array
    into_of_mirrored: Array
    out: Array
    kernel: Array

    @classmethod
    def of(cls, answer: Observed, case: dict[str, Any], hint: str) -> "Convolution":
        """As observed; a Mismatch where the shapes are not those of a convolution of the case's images."""
        images = case["images"].numpy().astype(np.float64)
        sides = answer.array("kernel_shape", (4,), hint)
        assert_that(sides.dtype.kind in "iu", hint, "the kernel's shape is none.")
        shape = tuple(int(side) for side in sides)
        kernel = _kernel(shape, case["seed"], hint)
        assert_that(shape[0] <= 2 * case["maps_out"], hint, f"the kernel gives {shape[0]} maps.")
        into = _maps(answer, "into", (len(images), images.shape[1]), hint)
        mirrored = answer.array("into_of_mirrored", into.shape, hint).astype(np.float64)
        out = _maps(answer, "out_of", (len(images), shape[0]), hint)
        return cls(images, inner(into, images.shape), inner(mirrored, images.shape), out, kernel)

    def assert_follows(self, hint: str) -> None:
        """The output is the convolution of the input with the kernel, up to a number for each map."""
        _assert_convolution(self.out, self.into, self.kernel, hint)


@dataclass(frozen=True)
class Way:
    """One way through the network (2c): `own` blocks, or places that only mix the maps."""

    name: str
    answer: Observed
    case: dict[str, Any]

    @property
    def batch(self) -> int:
        return len(self.case["images"])

    @property
    def channels(self) -> int:
        return int(self.case["images"].shape[1])

    @property
    def emb_size(self) -> int:
        return int(self.case["emb_size"])

    @property
    def order(self) -> Array:
        """Which of the parts was called, call by call."""
        array = self.answer.array(f"{self.name}_order")
        return array.ravel() if array.dtype.kind in "iu" else np.empty(0, int)

    @property
    def kernel_shapes(self) -> Array:
        """The shapes of the kernels in the order of the first three calls, then of those never called."""
        shapes = self._shapes
        called = [n for n in dict.fromkeys(self.order.tolist()) if 0 <= n < len(shapes)]
        return shapes[called + [n for n in range(len(shapes)) if n not in called]]

    @property
    def _shapes(self) -> Array:
        shapes = self.answer.array(f"{self.name}_kernel_shapes")
        right = shapes.ndim == 2 and shapes.shape[1] == 4 and len(shapes) <= 32 and shapes.dtype.kind in "iu"
        return shapes if right else np.empty((0, 4), int)

    def array(self, name: str, shape: tuple[int, ...], hint: str) -> Array:
        return self.answer.array(f"{self.name}_{name}", shape, hint).astype(np.float64)

    def into(self, block: int, hint: str) -> Array:
        maps = self.channels if block == 1 else self.emb_size
        return _maps(self.answer, self._called("into", block, hint), (self.batch, maps), hint)

    def out(self, block: int, hint: str) -> Array:
        return _maps(self.answer, self._called("out_of", block, hint), (self.batch, self.emb_size), hint)

    def given(self, maps: Array) -> list[Array]:
        """What may reach the convolution, or the place, of a block that is given `maps`."""
        return [np.maximum(values, 0) for values in normalised(maps)] if self.name == "own" else [maps]

    def assert_follows(self, block: int, hint: str) -> None:
        """Block 1 is given the image, and `block` gives what its weights, which the case says, make of it."""
        first = self.into(1, hint)
        seen = self.given(self.case["images"].numpy().astype(np.float64))
        told = "the first block is given something else than the image."
        assert_that(any(near(inner(first, values.shape), values) for values in seen), hint, told)
        for number in dict.fromkeys((1, block)):
            self._assert_gives(number, hint)

    def _assert_gives(self, block: int, hint: str) -> None:
        into, out = self.into(block, hint), self.out(block, hint)
        shape, seed = self._kernel(block, hint)
        assert_that(np.ptp(into) > 0, hint, f"block {block} is given the same number everywhere.")
        if self.name == "own":
            _assert_convolution(out, into, _kernel(shape, seed, hint), hint)
        else:
            mixed = np.einsum("bihw,oi->bohw", into, drawn(seed, shape[:2]).numpy().astype(np.float64))
            told = f"what block {block} gives does not come from what it is given."
            assert_that(near(out, _framed(mixed, out.shape)), hint, told)

    def _kernel(self, block: int, hint: str) -> tuple[tuple[int, ...], int]:
        """Shape and seed of the weights of the `block`-th call."""
        shapes, number = self._shapes, int(self.order[block - 1])
        told = "a block's kernel is not among the network's parameters."
        assert_that(0 <= number < len(shapes), hint, told)
        shape = tuple(int(side) for side in shapes[number])
        maps = self.channels if block == 1 else self.emb_size
        assert_that(
            shape[:2] == (self.emb_size, maps), hint, f"block {block} has {shape[1]} to {shape[0]} maps."
        )
        return shape, self.case["seed"] + number

    def _called(self, name: str, block: int, hint: str) -> str:
        told = f"{self.order.size} blocks are used, not three."
        assert_that(self.order.size >= block, hint, told)
        return f"{self.name}_{name}_{block}"


def ways(answer: Observed, case: dict[str, Any]) -> list[Way]:
    """The ways that were observed, through the student's own blocks first."""
    seen = answer.text("ways").split()
    return [Way(name, answer, case) for name in ("own", "placed", "padded", "plain") if name in seen]


def inner(maps: Array, shape: tuple[int, ...]) -> Array:
    """Without the frame that padding adds to maps of `shape`."""
    frame = (maps.shape[-1] - shape[-1]) // 2
    return maps[..., frame:-frame, frame:-frame] if frame > 0 else maps


def _maps(answer: Observed, name: str, shape: tuple[int, int], hint: str) -> Array:
    """Maps (*shape, H, W) in double precision, no larger than any network of this lab makes them."""
    array = answer.array(name, hint=hint)
    right = array.ndim == 4 and array.shape[:2] == shape and max(array.shape) > 0 and array.size > 0
    assert_that(
        right and max(array.shape[2:]) <= LARGEST_SIDE,
        hint,
        f"a convolution should have maps ({shape[0]}, {shape[1]}, H, W), got {array.shape}.",
    )
    return array.astype(np.float64)


def _kernel(shape: tuple[int, ...], seed: int, hint: str) -> Array:
    small = min(shape) > 0 and max(shape[2:]) <= LARGEST_KERNEL and max(shape[:2]) <= 128
    assert_that(small, hint, f"a kernel of {shape} is none of this lab.")
    return drawn(seed, shape).numpy().astype(np.float64)


def _assert_convolution(out: Array, into: Array, kernel: Array, hint: str) -> None:
    """`out` is the convolution of `into`, with any padding, up to one number for each map."""
    assert_that(np.ptp(into) > 0, hint, "the convolution is given the same number everywhere.")
    told = "the output is not the convolution of what comes before."
    assert_that(kernel.shape[1] == into.shape[1], hint, told)
    padding = (out.shape[-1] - into.shape[-1] + kernel.shape[-1] - 1) / 2
    modes = PADDINGS if padding else ("zeros",)
    fitting = [m for m in modes if padding in range(LARGEST_KERNEL) and fits(into, kernel, int(padding), m)]
    made = (convolved(into, kernel, int(padding), mode) for mode in fitting)
    assert_that(any(maps.shape == out.shape and _up_to_bias(out - maps) for maps in made), hint, told)


def _up_to_bias(difference: Array) -> bool:
    return near(difference, np.broadcast_to(difference.mean(axis=(0, 2, 3), keepdims=True), difference.shape))


def _framed(maps: Array, shape: tuple[int, ...]) -> Array:
    """Cut or filled up with zeros to the height and width of `shape`, evenly on both sides."""
    for axis in (2, 3):
        more = shape[axis] - maps.shape[axis]
        sides = [(0, 0)] * 4
        sides[axis] = (max(0, more // 2), max(0, more - more // 2))
        maps = np.pad(maps, sides)
        low, high = max(0, -(more // 2)), max(0, -(more - more // 2))
        maps = maps[(slice(None),) * axis + (slice(low, maps.shape[axis] - high),)]
    return maps
