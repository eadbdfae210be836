"""Answers: observations to bytes inside the box, and hostile bytes to plain NumPy arrays outside.

`encode` and `encode_error` run inside; `decode` runs on the trusted side and believes nothing. A frame is
the length of a header (4 bytes, little-endian), the header (JSON), and tensors as safetensors.
"""

import builtins
import json
import math
import re
import struct
import traceback
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from autograder.course.rubric import Limits
from autograder.sandbox import RawAnswer

AnswerOutcome = Literal["ok", "error", "not_implemented", "timeout", "died", "memory", "invalid"]
Value = NDArray[Any] | float | int | str | None

_HEADER_BYTES, _TENSORS, _RANK, _VALUES = 64 << 10, 256, 8, 256
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,127}")
_LABEL_CHARS, _MESSAGE_CHARS, _TEXT_CHARS = 200, 2000, 20_000
_DTYPES = {
    "F64": "<f8", "F32": "<f4", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1",
    "BOOL": "u1",
}  # fmt: skip
_LENGTH = struct.Struct("<I")

_TORCH_ERRORS = frozenset({"OutOfMemoryError", "LinAlgError", "UnpicklingError"})  # the last by torch.load
ERROR_TYPES = _TORCH_ERRORS | {
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}


@dataclass(frozen=True)
class StudentError:
    """How the student's code failed. Untrusted text, cut to size and free of control characters.

    Attributes:
        type: a built-in or torch exception name, else "Exception".
        label, line: the deepest frame in the student's own code ("protonet.ipynb, cell 4", 3), or
            ("", 0) where none was found.
        given: the deepest place in the lab's own files ("probes.py:12"), for its author; no student reads it.
    """

    type: str
    message: str
    label: str = ""
    line: int = 0
    given: str = ""


@dataclass(frozen=True)
class Answer:
    """What came of one call: observations by name where `outcome` is `ok`, else the error if there is one."""

    outcome: AnswerOutcome
    values: Mapping[str, Value] = field(default_factory=dict)
    error: StudentError | None = None


def encode(observations: Mapping[str, Any]) -> bytes:
    """One frame of observations: tensors, NumPy arrays, numbers, strings, None.

    Raises:
        TypeError: an observation is something else; names it.
        ValueError: a name, a rank or the number of observations is not allowed.
    """
    from safetensors.numpy import save

    if not isinstance(observations, Mapping):
        raise TypeError(f"A probe returns a dict of observations, not {type(observations).__name__}.")
    if len(observations) > _VALUES:
        raise ValueError(f"{len(observations)} observations are more than {_VALUES}.")
    plain: dict[str, Any] = {}
    tensors: dict[str, NDArray[Any]] = {}
    for name, value in observations.items():
        if not (isinstance(name, str) and _NAME.fullmatch(name)):
            raise ValueError(f"{str(name)[:100]!r} cannot be the name of an observation.")
        if value is None or isinstance(value, str):
            plain[name] = value if value is None else value[:_TEXT_CHARS]
        elif isinstance(value, (bool, int)) and abs(value) < 1 << 63:
            plain[name] = int(value)
        elif isinstance(value, float):
            plain[name] = value if math.isfinite(value) else {"float": str(float(value))}
        else:
            tensors[name] = _array(name, value)
    return _frame({"values": plain}, save(tensors))


def encode_error(
    error: BaseException, labels: Collection[str], given: Mapping[str, str] | None = None
) -> bytes:
    """One frame for what a call raised.

    Args:
        labels: the file names of the student's cells.
        given: how the lab's own files are called, by their file names.
    """
    from autograder.sandbox.hardware import explained  # it imports torch, which decoding does without

    label, line = location(error, labels)
    file, own = location(error, given or {})
    place = [f"{(given or {})[file]}:{own}"[-_LABEL_CHARS:]] if file else []
    told = explained(message_of(error))
    return _frame({"error": [type_name(error), told, label[:_LABEL_CHARS], line, *place]}, b"")


def encode_location(label: str, line: int) -> bytes:
    """One frame for a call that was stopped from outside, with where it was."""
    return _frame({"error": ["Exception", "", label[:_LABEL_CHARS], line]}, b"")


def decode(raw: RawAnswer, limits: Limits) -> Answer:
    """The answer in a frame. Never raises, whatever the bytes: `invalid` says what is wrong with them."""
    if raw.outcome == "too_large":
        return _invalid(f"The answer is larger than {limits.answer_mb} MB, or all together are too large.")
    try:
        if raw.outcome != "recorded":
            error = _error(_header(raw.frame)[0]["error"]) if raw.frame else None
            return Answer(raw.outcome, error=error)
        if len(raw.frame) > limits.answer_mb << 20:
            raise _Refused(f"larger than {limits.answer_mb} MB")
        header, blob = _header(raw.frame)
        if set(header) == {"error"}:
            error = _error(header["error"])
            kinds: dict[str, AnswerOutcome] = {
                "NotImplementedError": "not_implemented",
                "MemoryError": "memory",
            }
            return Answer(kinds.get(error.type, "error"), error=error)
        if set(header) != {"values"}:
            raise _Refused("neither values nor an error")
        plain, tensors = _plain(header["values"]), _tensors(blob)
        if plain.keys() & tensors.keys():
            raise _Refused("a name is used twice")
        return Answer("ok", values={**plain, **tensors})
    except (_Refused, ValueError, KeyError, TypeError, RecursionError, MemoryError, OverflowError) as problem:
        if raw.outcome != "recorded":
            return Answer(raw.outcome)
        reason = str(problem) if isinstance(problem, _Refused) else "not readable"
        return _invalid(f"The answer that the submission sent is damaged: {reason}.")


def location(error: BaseException, labels: Collection[str]) -> tuple[str, int]:
    """Label and line of the deepest frame of a traceback in code of these labels, or ("", 0)."""
    if isinstance(error, SyntaxError) and error.filename in labels:
        return str(error.filename), int(error.lineno or 0)
    found = ("", 0)
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename in labels:
            found = (frame.f_code.co_filename, line)
    return found


def type_name(error: BaseException) -> str:
    """The nearest built-in or torch class of an exception: a student's own names could carry anything."""
    if isinstance(error, RuntimeError) and "can't allocate memory" in message_of(error):
        return "MemoryError"
    for kind in type(error).__mro__:
        name = kind.__name__.lstrip("_")
        if getattr(builtins, name, None) is kind:
            return name
        if name in _TORCH_ERRORS and kind.__module__.partition(".")[0] in ("torch", "_pickle"):
            return name
    return "Exception"


def message_of(error: BaseException) -> str:
    """`str(error)`, cut; an exception that cannot say what it is has an empty message."""
    try:
        return str(error)[:_MESSAGE_CHARS]
    except BaseException:
        return ""


class _Refused(Exception):
    """What is wrong with a frame, as the end of a sentence."""


def _invalid(sentence: str) -> Answer:
    return Answer("invalid", error=StudentError("Exception", sentence))


def _array(name: str, value: Any) -> NDArray[Any]:
    import torch

    if isinstance(value, torch.Tensor):
        value = value.detach().to("cpu")
        value = value.to_dense() if value.layout != torch.strided else value
        value = value.resolve_conj().resolve_neg()
        if value.dtype in (torch.bfloat16, torch.float16):
            value = value.float()
        value = value.numpy()
    if isinstance(value, np.generic):
        value = np.asarray(value)
    if not isinstance(value, np.ndarray):
        raise TypeError(
            f"The observation {name!r} is a {type(value).__name__}, not a tensor, number or string."
        )
    array = np.array(value, order="C")
    if array.dtype == np.float16:
        array = array.astype(np.float32)
    if array.dtype.newbyteorder("=").str.lstrip("<|=") not in {d.lstrip("<") for d in _DTYPES.values()} | {
        "b1"
    }:
        raise TypeError(f"The observation {name!r} has dtype {array.dtype}, which is not recorded.")
    if array.ndim > _RANK:
        raise ValueError(f"The observation {name!r} has {array.ndim} dimensions, more than {_RANK}.")
    return array.astype(array.dtype.newbyteorder("="))


def _frame(header: dict[str, Any], blob: bytes) -> bytes:
    text = json.dumps(header, allow_nan=False).encode()
    if len(text) > _HEADER_BYTES:
        raise ValueError("The observations' names and texts are too long.")
    return _LENGTH.pack(len(text)) + text + blob


def _header(frame: bytes) -> tuple[dict[str, Any], bytes]:
    (size,) = _LENGTH.unpack(frame[:4].ljust(4, b"\xff"))
    if size > _HEADER_BYTES or size > len(frame) - 4:
        raise _Refused("its header is too long")
    header = _json(frame[4 : 4 + size])
    if not isinstance(header, dict):
        raise _Refused("its header is no object")
    return header, frame[4 + size :]


def _json(text: bytes) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise _Refused("a name is used twice")
        return dict(pairs)

    def no_constant(name: str) -> None:
        raise _Refused(f"{name} is no JSON")

    def short_int(digits: str) -> int:
        if len(digits) > 20:
            raise _Refused("a number is too long")
        return int(digits)

    return json.loads(
        text.decode("utf-8"), object_pairs_hook=unique, parse_constant=no_constant, parse_int=short_int
    )


def _error(parts: Any) -> StudentError:
    if not (isinstance(parts, list) and len(parts) in (4, 5)):
        raise _Refused("its error is none")
    kind, message, label, line, given = [*parts, ""][:5]
    if not all(isinstance(text, str) for text in (kind, message, label, given)):
        raise _Refused("its error is none")
    if type(line) is not int or not 0 <= line < 1_000_000:
        raise _Refused("its line is none")
    return StudentError(
        type=kind if kind in ERROR_TYPES else "Exception",
        message=clean(message, _MESSAGE_CHARS),
        label=clean(label, _LABEL_CHARS).replace("\n", " "),
        line=line,
        given=clean(given, _LABEL_CHARS).replace("\n", " "),
    )


def clean(text: str, size: int) -> str:
    """`text` cut to `size` characters, without control characters other than line ends and tabs."""
    return "".join(c for c in text[:size] if c in "\n\t" or c.isprintable())


def _plain(values: Any) -> dict[str, Value]:
    if not isinstance(values, dict) or len(values) > _VALUES:
        raise _Refused("its values are no object or too many")
    return {_checked_name(name): _number_or_text(value) for name, value in values.items()}


def _number_or_text(value: Any) -> Value:
    if isinstance(value, dict):
        if set(value) != {"float"} or value["float"] not in ("nan", "inf", "-inf"):
            raise _Refused("a value is no number or text")
        return float(value["float"])
    if isinstance(value, str):
        return clean(value, _TEXT_CHARS)
    if value is None or (type(value) is float and math.isfinite(value)):
        return value
    if type(value) is int and -(1 << 63) <= value < 1 << 63:  # what NumPy's int64 can hold
        return value
    raise _Refused("a value is no number or text")


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise _Refused("a name is not allowed")
    return name


def _tensors(blob: bytes) -> dict[str, Value]:
    """Safetensors, read strictly: every byte belongs to exactly one tensor.

    The library's own parser accepts a million empty tensors and takes its time; what has to be checked
    before it is all that there is to read.
    """
    if len(blob) < 8:
        raise _Refused("its tensors are cut off")
    size = int.from_bytes(blob[:8], "little")
    if size > _HEADER_BYTES or size > len(blob) - 8:
        raise _Refused("the tensors' header is too long")
    described, data = _json(blob[8 : 8 + size]), blob[8 + size :]
    if not isinstance(described, dict) or len(described) > _TENSORS:
        raise _Refused("its tensors are no object or too many")
    arrays: dict[str, Value] = {}
    places = []
    for name, about in described.items():
        if not isinstance(about, dict) or set(about) != {"dtype", "shape", "data_offsets"}:
            raise _Refused("a tensor is not described")
        shape, offsets = about["shape"], about["data_offsets"]
        if not isinstance(about["dtype"], str) or about["dtype"] not in _DTYPES:
            raise _Refused("a dtype is not allowed")
        if not _sizes(shape) or len(shape) > _RANK or not _sizes(offsets) or len(offsets) != 2:
            raise _Refused("a shape is not allowed")
        start, end = offsets
        dtype = np.dtype(_DTYPES[about["dtype"]])
        if end > len(data) or end - start != math.prod(shape) * dtype.itemsize:
            raise _Refused("a tensor does not fill its shape")
        places.append((start, end))
        array = np.frombuffer(data[start:end], dtype=dtype).reshape(shape).copy()
        arrays[_checked_name(name)] = array != 0 if about["dtype"] == "BOOL" else array
    ends = [0, *(end for _, end in sorted(places))]
    if [start for start, _ in sorted(places)] != ends[:-1] or ends[-1] != len(data):
        raise _Refused("its tensors overlap or leave gaps")
    return arrays


def _sizes(numbers: Any) -> bool:
    return isinstance(numbers, list) and all(type(n) is int and 0 <= n < 1 << 40 for n in numbers)
