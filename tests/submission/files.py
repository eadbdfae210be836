"""Hand-ins as folders and zips, for the tests that read them."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from autograder.submission import Submission
from autograder.submission.find import find_submissions, read_submission
from autograder.submission.policy import Policy

POLICY = Policy(assignment="x")
GIVEN = {"encoder.py"}
OTHER = json.dumps({"cells": [{"cell_type": "code", "source": "x = 2"}]}).encode()
NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": "x = 1"}]}).encode()


def folder(root: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def read(path: Path) -> Submission:
    submission = read_submission(path, POLICY, GIVEN)
    assert len(submission.sha256) == 64
    assert (submission.problem is None) == bool(submission.cells or any(submission.written.values()))
    assert "\n" not in (submission.problem or "")
    return submission


def students(*paths: Path) -> list[str]:
    return [found.student for found in find_submissions(paths, POLICY, GIVEN)]
