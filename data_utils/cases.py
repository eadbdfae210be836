"""Cases: the fixed inputs of probes, as self-contained JSON. One reader for graders, probes and notebooks.

A case names its probe and holds tensors as nested lists of numbers or, where they are large, packed:
`{"packed": "<base64 of zlib>", "dtype": "uint8", "shape": [5, 1, 28, 28], "scale": 255}`, which reads as
float32 values divided by `scale` (without `scale`, as values of `dtype`). Everything else stays what it is.
"""

import base64
import json
import zlib
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

if TYPE_CHECKING:  # these take a while to import, and whoever only lists cases needs none of them
    from numpy.typing import NDArray
    from torch import Tensor


class Packed(BaseModel):
    """A tensor as compressed bytes, in C order and little-endian."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    packed: str
    dtype: str = Field(pattern=r"^(u?int(8|16|32|64)|float(32|64)|bool)$")
    shape: tuple[int, ...]
    scale: float | None = None

    def tensor(self) -> "Tensor":
        """The values; raises ValueError where the bytes do not fill the shape."""
        import numpy as np
        import torch

        raw = zlib.decompress(base64.b64decode(self.packed))
        values = torch.from_numpy(np.frombuffer(raw, dtype=self.dtype).reshape(self.shape).copy())
        return values if self.scale is None else values.to(torch.float32) / self.scale


class Case(BaseModel):
    """The frame of every case file; the probe's own inputs stand beside these."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    schema_: str = Field(alias="schema", pattern=r"^case/1$")
    probe: str = Field(pattern=r"^[a-z_][a-z0-9_]*$")


def read_case(text: str) -> dict[str, Any]:
    """The inputs of a case, by name: tensors (float32 or int64 from lists), numbers, strings, ...

    Raises:
        ValueError: not JSON, not a case, or a packed tensor that does not fill its shape.
    """
    try:
        inputs = dict(Case.model_validate_json(text).model_extra or {})
        return {name: _value(value) for name, value in inputs.items()}
    except (ValidationError, zlib.error) as error:
        raise ValueError(f"Not a case: {_said(error)}") from error


def case_probe(text: str) -> str:
    """The probe that a case is for; raises ValueError where it is no case."""
    try:
        return Case.model_validate_json(text).probe
    except ValidationError as error:
        raise ValueError(f"Not a case: {_said(error)}") from error


def _said(error: ValidationError | zlib.error) -> str:
    """One line, where pydantic has several: `probe: Field required`."""
    if isinstance(error, zlib.error):
        return str(error)
    first = error.errors()[0]
    return ": ".join([*map(str, first["loc"]), first["msg"]])


def write_case(probe: str, **inputs: Any) -> str:
    """The JSON text of a case; tensors and arrays of more than 64 values are packed, without loss.

    Float values are packed as they are; for images in [0, 1] that came from bytes use `pack(values, 255)`.
    """
    plain = {name: _plain(value) for name, value in inputs.items()}
    return json.dumps({"schema": "case/1", "probe": probe, **plain}, indent=1) + "\n"


def pack(values: "Tensor | NDArray[Any]", scale: float | None = None) -> dict[str, Any]:
    """Pack an array; with `scale`, round `values * scale` to bytes (0-255) first."""
    import numpy as np

    array = np.asarray(values)
    if scale is not None:
        array = np.rint(array * scale).astype(np.uint8)
    packed = base64.b64encode(zlib.compress(np.ascontiguousarray(array).tobytes(), 9)).decode()
    model = Packed(packed=packed, dtype=str(array.dtype), shape=array.shape, scale=scale)
    return model.model_dump(exclude_none=True)


def _plain(value: Any) -> Any:
    if hasattr(value, "__array__"):  # a tensor or an array
        import numpy as np

        array = np.asarray(value)
        return pack(array) if array.size > 64 else array.tolist()
    if isinstance(value, dict) and "packed" not in value:
        return {name: _plain(inner) for name, inner in value.items()}
    return value


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        if "packed" in value:
            return Packed.model_validate(value).tensor()
        return {name: _value(inner) for name, inner in value.items()}
    if isinstance(value, list) and value and _numeric(value):
        import numpy as np
        import torch

        array = np.asarray(value)
        return torch.tensor(value, dtype=torch.float32 if array.dtype.kind == "f" else None)
    return value


def _numeric(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(_numeric(inner) for inner in value)
    return isinstance(value, int | float)
