"""The zip that a platform grades with: for its instructors, since secret cases are in it. Trusted side."""

import json
import shlex
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import chdir
from importlib.metadata import version
from pathlib import Path

from autograder.authoring.bundle import DATE, built_wheel, grading_needs, public_files, rubbish
from autograder.course.layout import Assignment, CourseError
from autograder.course.whole import written_whole
from autograder.judging.judge import shares_of
from autograder.judging.session import Graders, with_graders
from autograder.lab.lab import read_lab
from autograder.platforms.gradescope import Visibility
from autograder.platforms.prepared import prepared

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
# The tested pair of torch; where the index is in reach, its build without CUDA, which needs far less room.
../env/bin/python -m pip install {packages} -c tested.txt \\
    --extra-index-url https://download.pytorch.org/whl/cpu
"""
_RUN = """#!/usr/bin/env bash
# Gradescope runs this for each submission, as /autograder/run_autograder.
set -euo pipefail
cd "$(dirname "$0")"
chmod -R go= source  # where the box of a submission is another user, it reads what everybody may read
export OMP_NUM_THREADS=1  # judging on one thread is repeatable
export XDG_CACHE_HOME="$PWD/source/cache"  # the data that stands in for the real sets
exec env/bin/python -P -m autograder.platforms.gradescope "$PWD" {name} {visibility}
"""


_OTTER_TEST = """\"\"\"Task {task} on all cases. Generated: see `autograder export otter`.\"\"\"

from autograder.platforms.otter import graded_by

OK_FORMAT = False
name = "{task}"
"""


def write_gradescope(assignment: Assignment, out: Path, visibility: Visibility = "visible") -> Path:
    """Write `out/NAME-gradescope.zip`, the autograder to upload, and return its path.

    Args:
        visibility: from when on students see points and hints there.

    Raises:
        CourseError: the wheel cannot be built here.
        AuthoringError, SandboxError: the lab is broken.
    """
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{assignment.name}-gradescope.zip"
    with written_whole(path) as unfinished, zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data, mode in sorted(_contents(assignment, visibility)):
            info = zipfile.ZipInfo(name, DATE)
            info.external_attr = mode << 16
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return path


def write_otter(assignment: Assignment, out: Path) -> Path:
    """Write `out/NAME-otter.zip`, an autograder for `otter run` and `otter grade`, and return its path.

    Otter makes its own scripts around our tests; our plugin lets the notebook run in the lab's folders.

    Raises:
        CourseError: Otter is not installed.
        CourseError, AuthoringError, SandboxError: the lab is broken.
    """
    try:
        from otter.generate import main as generate
    except ImportError as error:
        raise CourseError("Otter is not installed here: pip install 'few-label-labs[otter]'.") from error

    out.mkdir(parents=True, exist_ok=True)
    path = out.resolve() / f"{assignment.name}-otter.zip"
    config = {"plugins": ["autograder.platforms.otter.InCourse"], "lang": "python"}
    wheel, data = built_wheel()
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        Path("otter_config.json").write_text(json.dumps(config))
        Path("requirements.txt").write_text("\n".join([*grading_needs(assignment, f"files/{wheel}"), ""]))
        Path(wheel).write_bytes(data)
        Path("tests").mkdir()
        for task, text in _otter_tests(assignment).items():
            Path("tests", f"{task}.py").write_text(text)
        root = Path("course")
        for source in _course(assignment):
            to = root / source.relative_to(assignment.root)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(source.read_bytes())
        ready = prepared(assignment)
        (root / assignment.expectations.relative_to(assignment.root)).write_bytes(ready.expectations)
        for name, data in ready.cache.items():
            (root / "cache" / name).parent.mkdir(parents=True, exist_ok=True)
            (root / "cache" / name).write_bytes(data)
        with written_whole(path) as unfinished:
            generate(output_path=str(unfinished), no_environment=True, files=["course", wheel])
    return path


def _otter_tests(assignment: Assignment) -> Mapping[str, str]:
    """A test file for each task that is not written, with a test case for each of its graders."""
    lab = read_lab(assignment)

    def files(graders: Graders) -> dict[str, str]:
        texts = {}
        for task, of in lab.rubric.tasks.items():
            shares = shares_of(grader for grader in graders.all if grader.task == task)
            cases = [
                f"test_{number} = graded_by({assignment.name!r}, {task!r}, {name!r}, {of.points * share!r})\n"
                for number, (name, share) in enumerate(shares.items(), start=1)
            ]
            if cases:
                texts[task] = _OTTER_TEST.format(task=task) + "\n" + "".join(cases)
        return texts

    return with_graders(assignment.graders, lab.calls, lab.rubric.settings, files)


def _contents(assignment: Assignment, visibility: Visibility) -> Iterator[tuple[str, bytes, int]]:
    wheel, data = built_wheel()
    ready = prepared(assignment)
    yield wheel, data, 0o644
    packages = shlex.join(grading_needs(assignment, wheel))
    yield "tested.txt", _tested(), 0o644
    yield "setup.sh", _SETUP.format(packages=packages).encode(), 0o755
    yield "run_autograder", _RUN.format(name=assignment.name, visibility=visibility).encode(), 0o755
    for name, data in ready.cache.items():
        yield f"cache/{name}", data, 0o644
    for path in _course(assignment):
        data = ready.expectations if path == assignment.expectations else path.read_bytes()
        yield f"course/{path.relative_to(assignment.root).as_posix()}", data, 0o644


def _tested() -> bytes:
    """The versions of torch and torchvision that are here, which this package was made and tried with."""
    pair = {name: version(name).partition("+")[0] for name in ("torch", "torchvision")}
    return "".join(f"{name}=={number}\n" for name, number in pair.items()).encode()


def _course(assignment: Assignment) -> list[Path]:
    """The lab as a course of its own, with its secret cases and without its solutions."""
    return sorted({*public_files(assignment), *_files(assignment.secret_dir)})


def _files(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file() and not rubbish(p.relative_to(folder))]
