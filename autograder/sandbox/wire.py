"""Messages between trusted processes: a JSON header and raw bytes, each with its length. Never pickle."""

import json
import socket
import struct
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.rubric import Limits
from autograder.sandbox import Call, CellError, Job, RawAnswer, Recording
from autograder.submission import Cell

_LENGTHS = struct.Struct("<QQ")


def write_job(to: socket.socket, job: Job) -> None:
    """Send a job; raises OSError where the other end is gone."""
    header = {
        "cells": [asdict(cell) for cell in job.cells],
        "calls": [asdict(call) for call in job.calls],
        "public_dir": str(job.public_dir),
        "files": [[name, len(data)] for name, data in job.files.items()],
        "seed": job.seed,
        "limits": job.limits.model_dump(),
    }
    _write(to, header, b"".join(job.files.values()))


def read_job(source: socket.socket) -> Job:
    """The job that was sent; raises EOFError where the sender went away."""
    header, blob = _read(source)
    return Job(
        cells=tuple(Cell(**cell) for cell in header["cells"]),
        calls=tuple(Call(**call) for call in header["calls"]),
        public_dir=Path(header["public_dir"]),
        files=_cut(blob, header["files"]),
        seed=header["seed"],
        limits=Limits.model_validate(header["limits"]),
    )


def write_recording(to: socket.socket, recording: Recording | str) -> None:
    """Send a recording, or a sentence that says how the box itself failed."""
    if isinstance(recording, str):
        return _write(to, {"failed": recording}, b"")
    answers = [[a.probe, a.case, a.outcome, a.seconds, len(a.frame)] for a in recording.answers]
    header = {
        "level": recording.level,
        "answers": answers,
        "cell_errors": [asdict(error) for error in recording.cell_errors],
        "output": recording.output,
    }
    return _write(to, header, b"".join(a.frame for a in recording.answers))


def read_recording(source: socket.socket) -> Recording | str:
    """What `write_recording` sent; raises EOFError where the sender went away."""
    header, blob = _read(source)
    if "failed" in header:
        return str(header["failed"])
    answers, start = [], 0
    for probe, case, outcome, seconds, size in header["answers"]:
        answers.append(RawAnswer(probe, case, outcome, blob[start : start + size], seconds))
        start += size
    return Recording(
        level=header["level"],
        answers=tuple(answers),
        cell_errors=tuple(CellError(**error) for error in header["cell_errors"]),
        output=header["output"],
    )


def _cut(blob: bytes, sizes: list[tuple[str, int]]) -> dict[str, bytes]:
    files, start = {}, 0
    for name, size in sizes:
        files[name] = blob[start : start + size]
        start += size
    return files


def _write(to: socket.socket, header: dict[str, Any], blob: bytes) -> None:
    text = json.dumps(header).encode()
    to.sendall(b"".join((_LENGTHS.pack(len(text), len(blob)), text, blob)))


def _read(source: socket.socket) -> tuple[dict[str, Any], bytes]:
    text, blob = _LENGTHS.unpack(_exactly(source, _LENGTHS.size))
    header: dict[str, Any] = json.loads(_exactly(source, text))
    return header, _exactly(source, blob)


def _exactly(source: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = source.recv(min(size - len(data), 1 << 20))
        if not part:
            raise EOFError("the other process went away")
        data += part
    return bytes(data)
