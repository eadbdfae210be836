"""The zip that a platform grades with: for its instructors, since solutions and secret cases are in it."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from autograder.authoring.bundle import DATE, built_wheel, public_files, rubbish
from autograder.course import Assignment

_SETUP = """#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image, in /autograder/source.
set -euo pipefail
cd "$(dirname "$0")"
for python in python3 python3.14 python3.13 python3.12 python3.11 none; do
    "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break
done
if [ "$python" = none ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update
    apt-get install -y python3.11 python3.11-venv
    python=python3.11
fi
"$python" -m venv ../env
../env/bin/python -m pip install ./{wheel}
"""
_RUN = """#!/usr/bin/env bash
# Gradescope runs this for each submission, as /autograder/run_autograder.
set -euo pipefail
cd "$(dirname "$0")"
chmod -R go= source  # where the box of a submission is another user, it reads what everybody may read
export OMP_NUM_THREADS=1  # judging on one thread is repeatable
exec env/bin/python -P -m autograder.platforms.gradescope "$PWD" {name}
"""


def write_gradescope(assignment: Assignment, out: Path) -> Path:
    """Write `out/NAME-gradescope.zip`, the autograder to upload, and return its path.

    Raises:
        CourseError: the wheel cannot be built here.
    """
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{assignment.name}-gradescope.zip"
    unfinished = path.with_suffix(".partial")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data, mode in sorted(_contents(assignment)):
            info = zipfile.ZipInfo(name, DATE)
            info.external_attr = mode << 16
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    unfinished.replace(path)
    return path


def _contents(assignment: Assignment) -> Iterator[tuple[str, bytes, int]]:
    wheel, data = built_wheel()
    yield wheel, data, 0o644
    yield "setup.sh", _SETUP.format(wheel=wheel).encode(), 0o755
    yield "run_autograder", _RUN.format(name=assignment.name).encode(), 0o755
    for path in sorted(_course(assignment)):
        yield f"course/{path.relative_to(assignment.root).as_posix()}", path.read_bytes(), 0o644


def _course(assignment: Assignment) -> set[Path]:
    """The lab as a course of its own."""
    hidden = [
        path
        for folder in (assignment.solution_dir, assignment.secret_dir)
        for path in folder.rglob("*")
        if path.is_file() and not rubbish(path.relative_to(folder))
    ]
    return {*public_files(assignment), *hidden}
