"""What a box tells its watcher while it runs: small fixed messages on a pipe. Both sides.

The student's code can write to the pipe as well: the watcher believes a report only as far as it can do
no more harm than to the submission itself.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

_HEAD = struct.Struct("<IIIII")
_LONGEST = 32 << 10


class Kind(IntEnum):
    READY = 1  # the box is shut; nothing of the student's has run
    FAILED = 2  # the box could not be shut; text says why
    AT = 3  # about to run `statement` of `cell`, at `line`
    RAISED = 4  # a statement of `cell` raised; text is an error frame
    LOADED = 5  # all cells have run
    ENDED = 6  # the fork that answered calls is gone


@dataclass(frozen=True)
class Report:
    kind: Kind
    cell: int = 0
    statement: int = 0
    line: int = 0
    text: bytes = b""

    def pack(self) -> bytes:
        text = self.text[:_LONGEST]
        return _HEAD.pack(self.kind, self.cell, self.statement, self.line, len(text)) + text


def take(buffer: bytearray) -> Report | None:
    """The first whole report, removed from the buffer; `None` where there is none yet.

    Raises:
        ValueError: the bytes are no report.
    """
    if len(buffer) < _HEAD.size:
        return None
    kind, cell, statement, line, size = _HEAD.unpack_from(buffer)
    if size > _LONGEST:
        raise ValueError("a report is too long")
    if len(buffer) < _HEAD.size + size:
        return None
    text = bytes(buffer[_HEAD.size : _HEAD.size + size])
    del buffer[: _HEAD.size + size]
    return Report(Kind(kind), cell, statement, line, text)
