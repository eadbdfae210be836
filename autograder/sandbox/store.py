"""Recordings on disk: one zip of untrusted frames with a trusted index. Trusted side.

The bytes are the same for the same recordings: fixed order, fixed dates, no compression.
"""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.course.whole import written_whole
from autograder.sandbox import CellError, RawAnswer, Recording

_DATE = (1980, 1, 1, 0, 0, 0)


def save(path: Path, recordings: Mapping[str, Recording], about: Mapping[str, Any] | None = None) -> None:
    """Write recordings by name, and `about` (JSON) beside them; the file appears whole or not at all."""
    index: dict[str, Any] = {"about": dict(about or {}), "recordings": {}}
    frames: dict[str, bytes] = {}
    for name, recording in recordings.items():
        answers = []
        for answer in recording.answers:
            frame = f"{len(frames):05d}.frame" if answer.frame else ""
            if frame:
                frames[frame] = answer.frame
            answers.append([answer.probe, answer.case, answer.outcome, frame])
        index["recordings"][name] = {
            "level": recording.level,
            "output": recording.output,
            "busy": recording.busy,
            "alone": recording.alone,
            "cell_errors": [asdict(error) for error in recording.cell_errors],
            "answers": answers,
        }
    with written_whole(path) as unfinished, zipfile.ZipFile(unfinished, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.json", _DATE), json.dumps(index, indent=1))
        for frame, data in frames.items():
            archive.writestr(zipfile.ZipInfo(frame, _DATE), data)


def load(path: Path) -> tuple[dict[str, Recording], dict[str, Any]]:
    """The recordings by name, and what was said about them.

    Raises:
        ValueError: the file is missing, or not such a file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            index = json.loads(archive.read("index.json"))
            recordings = {
                name: Recording(
                    level=entry["level"],
                    output=entry["output"],
                    busy=entry.get("busy", False),
                    alone=entry.get("alone", False),
                    cell_errors=tuple(CellError(**error) for error in entry["cell_errors"]),
                    answers=tuple(
                        RawAnswer(probe, case, outcome, archive.read(frame) if frame else b"")
                        for probe, case, outcome, frame in entry["answers"]
                    ),
                )
                for name, entry in index["recordings"].items()
            }
            return recordings, index["about"]
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} holds no recordings: {error}") from error
