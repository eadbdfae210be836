"""Large values are known again by a few of their numbers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograder.judging.comparisons import Estimate
from autograder.judging.sketches import Kept, packed, sketched, unpacked

shapes = st.lists(st.integers(1, 12), min_size=0, max_size=4)


@given(shapes, st.integers(0, 2**32 - 1))
def test_a_sketch_is_its_own_sketch_and_leaves_small_values_alone(shape: list[int], seed: int) -> None:
    value = np.random.default_rng(seed).normal(size=shape)
    few = sketched({"maps": value, "ways": "own", "none": None})
    again = sketched(few)
    assert few.keys() == again.keys()
    assert all(np.array_equal(few[name], again[name]) for name in few)
    assert few["ways"] == "own"
    assert few["none"] is None
    assert sum(np.size(one) for one in few.values()) <= 1024 + 4 + 2
    if value.size <= 1024:
        assert np.array_equal(few["maps"], value)


def test_one_shape_in_another_and_a_channel_that_differs_are_seen() -> None:
    maps = np.random.default_rng(0).normal(size=(4, 8, 16, 16))
    assert not np.array_equal(
        sketched({"maps": maps})["maps.shape"], sketched({"maps": maps.swapaxes(0, 1)})["maps.shape"]
    )
    for place in np.ndindex(4, 8):
        other = maps.copy()
        other[place] += 1
        assert not np.array_equal(sketched({"maps": maps})["maps"], sketched({"maps": other})["maps"])
    for row in range(16):
        other = maps.copy()
        other[:, :, row] += 1
        assert not np.array_equal(sketched({"maps": maps})["maps"], sketched({"maps": other})["maps"])


@given(st.floats(0, 1), st.floats(0, 1))
def test_what_is_written_down_is_read_back(share: float, deviation: float) -> None:
    seen = {"share": Estimate(share, deviation), "maps": np.arange(3.0), "fault": "no tensor", "none": None}
    again = unpacked(Kept("ok", packed(seen)))
    assert again["share"] == seen["share"]
    assert np.array_equal(again.pop("maps"), seen["maps"])
    assert {name: again[name] for name in ("fault", "none")} == {"fault": "no tensor", "none": None}
