"""Messages between trusted processes: a JSON header and raw bytes, each with its length. Never pickle.

The inputs of cases travel apart, as open files: a box is a fork of its watcher, so what the watcher has read,
a student's cell could find in its own memory before any probe asks.
"""

import json
import os
import socket
import struct
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from autograder.course.rubric import Limits
from autograder.sandbox import Call, CellError, Job, RawAnswer, Recording
from autograder.submission import Cell

_LENGTHS = struct.Struct("<QQ")


def write_job(to: socket.socket, job: Job) -> None:
    """Send a job; raises OSError where the other end is gone."""
    to.sendall(_message(_job_header(job), b"".join(job.files.values())))
    inputs: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for call in job.calls:
        inputs.setdefault(call.group, []).append((call.probe, call.case, call.data))
    files = [_read_only_file(json.dumps(cases).encode()) for cases in inputs.values()]
    try:
        socket.send_fds(to, [b"i"], files)
    finally:
        for file in files:
            os.close(file)


def read_job(source: socket.socket) -> tuple[Job, Mapping[tuple[str, str], int]]:
    """The job that was sent, its calls without their inputs; and for each group the file that holds these.

    Raises:
        EOFError: the sender went away.
    """
    header, blob = _read(source)
    job = _job(header, blob, Path(header["public_dir"]))
    groups = dict.fromkeys(call.group for call in job.calls)
    byte, files, _, _ = socket.recv_fds(source, 1, len(groups))
    if not byte:
        raise EOFError("the other process went away")
    return job, dict(zip(groups, files, strict=True))


def read_inputs(file: int) -> dict[tuple[str, str], str]:
    """The texts in such a file by probe and case. Each fork reads it afresh."""
    data, part = b"", b"-"
    while part:
        part = os.pread(file, 1 << 20, len(data))
        data += part
    return {(probe, case): text for probe, case, text in json.loads(data)}


def job_to_bytes(job: Job) -> bytes:
    """The whole job, inputs included, but for its public folder."""
    header = _job_header(job) | {"inputs": [call.data for call in job.calls]}
    return _message(header, b"".join(job.files.values()))


def job_from_bytes(data: bytes, public_dir: Path) -> Job:
    """What `job_to_bytes` made, with the folder where this machine has the public files."""
    header, blob = _parts(data)
    job = _job(header, blob, public_dir)
    filled = zip(job.calls, header["inputs"], strict=True)
    return replace(job, calls=tuple(replace(call, data=text) for call, text in filled))


def write_recording(to: socket.socket, recording: Recording | str) -> None:
    """Send a recording, or a sentence that says how the box itself failed."""
    if isinstance(recording, str):
        to.sendall(_message({"failed": recording}, b""))
    else:
        to.sendall(recording_to_bytes(recording))


def read_recording(source: socket.socket) -> Recording | str:
    """What `write_recording` sent; raises EOFError where the sender went away."""
    header, blob = _read(source)
    return str(header["failed"]) if "failed" in header else _recording(header, blob)


def recording_to_bytes(recording: Recording) -> bytes:
    """All of a recording, with the times that it took."""
    answers = [[a.probe, a.case, a.outcome, a.seconds, len(a.frame)] for a in recording.answers]
    header = {
        "level": recording.level,
        "answers": answers,
        "cell_errors": [asdict(error) for error in recording.cell_errors],
        "output": recording.output,
        "busy": recording.busy,
        "alone": recording.alone,
    }
    return _message(header, b"".join(a.frame for a in recording.answers))


def recording_from_bytes(data: bytes) -> Recording:
    """What `recording_to_bytes` made."""
    return _recording(*_parts(data))


def _job_header(job: Job) -> dict[str, Any]:
    return {
        "cells": [asdict(cell) for cell in job.cells],
        "calls": [[call.probe, call.case, call.seed] for call in job.calls],
        "public_dir": str(job.public_dir),
        "files": [[name, len(data)] for name, data in job.files.items()],
        "seed": job.seed,
        "limits": job.limits.model_dump(),
    }


def _job(header: dict[str, Any], blob: bytes, public_dir: Path) -> Job:
    return Job(
        cells=tuple(Cell(**cell) for cell in header["cells"]),
        calls=tuple(Call(probe, case, data="", seed=seed) for probe, case, seed in header["calls"]),
        public_dir=public_dir,
        files=_cut(blob, header["files"]),
        seed=header["seed"],
        limits=Limits.model_validate(header["limits"]),
    )


def _recording(header: dict[str, Any], blob: bytes) -> Recording:
    answers, start = [], 0
    for probe, case, outcome, seconds, size in header["answers"]:
        answers.append(RawAnswer(probe, case, outcome, blob[start : start + size], seconds))
        start += size
    return Recording(
        level=header["level"],
        answers=tuple(answers),
        cell_errors=tuple(CellError(**error) for error in header["cell_errors"]),
        output=header["output"],
        busy=header["busy"],
        alone=header["alone"],
    )


def _read_only_file(data: bytes) -> int:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return os.open(file.name, os.O_RDONLY)


def _cut(blob: bytes, sizes: list[tuple[str, int]]) -> dict[str, bytes]:
    files, start = {}, 0
    for name, size in sizes:
        files[name] = blob[start : start + size]
        start += size
    return files


def _message(header: dict[str, Any], blob: bytes) -> bytes:
    text = json.dumps(header).encode()
    return b"".join((_LENGTHS.pack(len(text), len(blob)), text, blob))


def _parts(data: bytes) -> tuple[dict[str, Any], bytes]:
    text, _ = _LENGTHS.unpack_from(data)
    start = _LENGTHS.size
    header: dict[str, Any] = json.loads(data[start : start + text])
    return header, data[start + text :]


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
