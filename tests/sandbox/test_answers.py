"""The wire: honest observations come out as they went in, anything else comes out as `invalid`."""

import json
import math
import struct
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course.rubric import Limits
from autograder.sandbox import RawAnswer
from autograder.sandbox.answers import Answer, decode, encode, encode_error

LIMITS = Limits(answer_mb=1)
OBSERVED = {
    "loss": torch.tensor(1.5, requires_grad=True) * 2,
    "grad": torch.arange(6.0).reshape(2, 3).T,
    "half": torch.ones(2, dtype=torch.bfloat16),
    "mask": torch.tensor([True, False]),
    "empty": torch.zeros(0, 4),
    "labels": np.arange(3, dtype=np.int32),
    "n": 3,
    "mean": 0.25,
    "nan": math.nan,
    "infinite": -math.inf,
    "source": "omniglot",
    "nothing": None,
}


def decoded(frame: bytes) -> Answer:
    return decode(RawAnswer("p", "c", "recorded", frame), LIMITS)


def framed(header: object, tensors: object = None, data: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    blob = json.dumps({} if tensors is None else tensors).encode()
    return struct.pack("<I", len(text)) + text + struct.pack("<Q", len(blob)) + blob + data


def test_observations_come_out_as_they_went_in():
    answer = decoded(encode(OBSERVED))
    assert answer.outcome == "ok"
    values = dict(answer.values)
    assert math.isnan(values.pop("nan"))
    assert {name: values[name] for name in ("n", "mean", "infinite", "source", "nothing")} == {
        "n": 3, "mean": 0.25, "infinite": -math.inf, "source": "omniglot", "nothing": None,
    }  # fmt: skip
    assert values["loss"].shape == ()
    assert values["loss"] == 3
    assert values["grad"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert values["half"].dtype == np.float32
    assert values["mask"].tolist() == [True, False]
    assert values["mask"].dtype == bool
    assert values["empty"].shape == (0, 4)
    assert values["labels"].dtype == np.int32


@pytest.mark.parametrize(
    ("observations", "problem"),
    [
        ([1], "dict of observations, not list"),
        ({"x": [1]}, "'x' is a list"),
        ({"x": {}}, "'x' is a dict"),
        ({"x": torch.ones(2, dtype=torch.complex64)}, "complex64"),
        ({"x": np.array(["a"])}, "dtype"),
        ({"x": np.array([object()])}, "dtype"),
        ({"x": torch.ones([1] * 9)}, "9 dimensions"),
        ({"x y": 1}, "cannot be the name"),
        ({str(n): 1 for n in range(257)}, "more than 256"),
    ],
)
def test_what_cannot_be_recorded_is_refused_by_name(observations, problem):
    with pytest.raises((TypeError, ValueError), match=problem):
        encode(observations)


@pytest.mark.parametrize(
    ("error", "outcome", "kind"),
    [
        (NotImplementedError("TODO 1.1"), "not_implemented", "NotImplementedError"),
        (ZeroDivisionError("x"), "error", "ZeroDivisionError"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "memory", "MemoryError"),
        (torch.linalg.LinAlgError("singular"), "error", "LinAlgError"),
        (type("Leak", (KeyError,), {})("k"), "error", "KeyError"),
        (ValueError("\x1b[31m" + "x" * 10_000), "error", "ValueError"),
    ],
)
def test_errors_have_a_known_type_and_a_short_text(error, outcome, kind):
    answer = decoded(encode_error(error, []))
    assert (answer.outcome, answer.error.type) == (outcome, kind)
    assert len(answer.error.message) <= 2000
    assert answer.error.message.isprintable()


TENSOR = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\xff\xff\xff\xff",
        struct.pack("<I", 1 << 20) + b" " * (1 << 20),
        struct.pack("<I", 3) + b"abc",
        struct.pack("<I", 60_000) + b"[" * 60_000,
        framed([]),
        framed({}),
        framed({"values": {}, "error": ["ValueError", "", "", 1]}),
        framed({"values": []}),
        framed({"values": {"a": [1]}}),
        framed({"values": {"a": {"float": "1"}}}),
        framed({"values": {"a": True}}),
        framed({"values": {"a": 10**30}}),
        framed({"values": {"a": float("nan")}}),
        framed({"values": {"a b": 1}}),
        framed({"values": {"a" * 200: 1}}),
        framed({"values": {f"a{n}": 1 for n in range(257)}}),
        framed({"error": ["ValueError", "", ""]}),
        framed({"error": ["ValueError", "", "", -1]}),
        framed({"error": ["ValueError", "", "", True]}),
        framed({"error": [1, "", "", 1]}),
        framed({"values": {}})[:-4],
        framed({"values": {}}, data=b"trailing"),
        framed({"values": {}}, []),
        framed({"values": {}}, {"__metadata__": {"a": "b"}}),
        framed(
            {"values": {}}, {f"a{n}": {**TENSOR, "shape": [0], "data_offsets": [0, 0]} for n in range(257)}
        ),
        framed({"values": {}}, {"a": TENSOR}, bytes(7)),
        framed({"values": {}}, {"a": TENSOR, "b": TENSOR}, bytes(8)),
        framed({"values": {}}, {"a": {**TENSOR, "data_offsets": [8, 16]}}, bytes(16)),
        framed({"values": {}}, {"a": {**TENSOR, "dtype": "BF16"}}, bytes(4)),
        framed({"values": {}}, {"a": {**TENSOR, "dtype": []}}, bytes(8)),
        framed({"values": {}}, {"a": {**TENSOR, "shape": [1] * 9}}, bytes(4)),
        framed({"values": {}}, {"a": {**TENSOR, "shape": [-2]}}, bytes(8)),
        framed({"values": {}}, {"a": {**TENSOR, "shape": [1 << 39] * 8}}, bytes(8)),
        framed({"values": {}}, {"a": {**TENSOR, "shape": [0, *[1 << 39] * 7], "data_offsets": [0, 0]}}),
        framed({"values": {}}, {"a": {**TENSOR, "shape": [True, 2]}}, bytes(8)),
        framed({"values": {"a": 1}}, {"a": TENSOR}, bytes(8)),
        framed({"values": {"a": 1}}).replace(b'{"a": 1}', b'{"a": 1, "a": 2}'),
        framed({"values": {}}, {"a": TENSOR}, bytes(2 << 20)),
    ],
)
def test_damaged_frame_is_invalid(frame):
    answer = decoded(frame)
    assert answer.outcome == "invalid"
    assert answer.error.message.startswith("The answer")


def test_name_used_twice_is_invalid():
    text = b'{"values": {"a": 1, "a": 2}}'
    answer = decoded(struct.pack("<I", len(text)) + text + framed({})[6:])
    assert "used twice" in answer.error.message


@pytest.mark.parametrize("outcome", ["timeout", "died", "memory"])
def test_how_a_call_was_stopped_is_not_the_frames_to_say(outcome):
    for frame in (b"", b"\0\0", encode(OBSERVED), encode_error(ValueError("x"), [])):
        assert decode(RawAnswer("p", "c", outcome, frame), LIMITS).outcome == outcome


def test_too_large_answer_is_invalid():
    message = decode(RawAnswer("p", "c", "too_large"), LIMITS).error.message
    assert message == "The answer is larger than 1 MB, or all together are too large."
    assert decoded(encode({"x": np.zeros(1 << 20)})).outcome == "invalid"


HONEST = (
    encode(OBSERVED),
    encode_error(ValueError("x"), []),
    framed({"values": {"a": 1}}, {"b": TENSOR}, bytes(8)),
)


@given(
    st.sampled_from(HONEST),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=8),
    st.data(),
)
@settings(max_examples=300, deadline=None)
def test_mutated_frames_never_raise(frame, changes, data):
    mutated = bytearray(frame)
    for place, byte in changes:
        mutated[place % len(mutated)] = byte
    end = data.draw(st.integers(0, len(mutated)))
    assert isinstance(decoded(bytes(mutated)), Answer)
    assert isinstance(decoded(bytes(mutated[:end])), Answer)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["values", "error", "a", "float", "dtype", "shape", "data_offsets"]), inner
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON, st.binary(max_size=64))
@settings(max_examples=300, deadline=None)
def test_any_json_never_raises(header, tensors, data):
    for whole in (framed(header, tensors, data), framed({"values": header}, {"a": tensors}, data)):
        assert isinstance(decoded(whole), Answer)


SHAPES = st.lists(st.integers(0, 1 << 40), max_size=8)


@given(st.dictionaries(st.sampled_from("abcdef"), SHAPES, max_size=6), st.integers(0, 1 << 16), st.data())
@settings(max_examples=200, deadline=None)
def test_no_claim_takes_more_memory_than_an_answer_may_have(shapes, size, data):
    """However large the tensors that a header speaks of, and whatever its offsets."""
    offsets = st.integers(0, 1 << 62)
    tensors = {
        name: {"dtype": "F32", "shape": shape, "data_offsets": [data.draw(offsets), data.draw(offsets)]}
        for name, shape in shapes.items()
    }
    frame = framed({"values": {}}, tensors, bytes(size))
    tracemalloc.start()
    try:
        decoded(frame)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < LIMITS.answer_mb << 20
