"""`autograder doctor`: what works on this machine, and how to mend what doesn't. Trusted side."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement

TESTED_PYTHON = (3, 11)  # and later
TESTED_TORCH, TESTED_TORCHVISION = "2.14.1", "0.29.1"  # as in requirements-tested.txt
_TORCH = f"pip install torch=={TESTED_TORCH} torchvision=={TESTED_TORCHVISION}"
_DISK_GB = 2.0  # real data sets, prepared, and a class's answers
# What a level holds; docs/security.md says more.
_HOLDS = {
    "full": "files, network and processes of its own, limits",
    "landlock": "files, sockets and programs refused, limits; it can see that a file exists",
    "setuid": "another user, sockets and programs refused, limits; it reads what everybody may",
    "process": "a process of its own and limits, nothing else",
}
_STRENGTH = ("full", "landlock", "setuid", "process")

State = Literal["ok", "note", "bad"]


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, what was found, and, where something is missing, the mend."""

    what: str
    found: str
    state: State = "ok"
    mend: str = ""


def doctor() -> None:
    """Show versions, processors, data and sandbox of this machine, with a mend for what is missing."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    style = {"ok": "green", "note": "yellow", "bad": "bold red"}
    sign = {"ok": "ok", "note": "!", "bad": "x"}
    table = Table(box=None, show_header=False, padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    bad = 0
    for finding in _findings():
        table.add_row(
            Text(sign[finding.state], style[finding.state]), Text(finding.what), Text(finding.found)
        )
        if finding.mend:
            table.add_row("", "", Text(f"-> {finding.mend}", "cyan"))
        bad += finding.state == "bad"
    console = Console()
    console.print(table)
    console.print(f"\n{bad} to mend" if bad else "\nEverything that is needed is here.", highlight=False)


def _findings() -> Iterator[Finding]:
    from autograder.sandbox.levels import available
    from data_utils.places import cache_path

    yield check_python(sys.version_info[:3])
    needed = _needed()
    if "torch" in needed:
        yield check_torch(_installed("torch"), _installed("torchvision"))
    yield check_libraries(_missing(needed))
    if "torch" in needed:
        yield from _processors()
    yield check_sandbox({str(level): why for level, why in available().items()}, _closed_switches())
    if sys.platform == "linux":
        yield check_landlock(_landlock(), f"Linux {platform.release()}")
    yield check_kernel(_kernels())
    yield from _data()
    yield check_disk(cache_path())


def check_python(running: tuple[int, ...]) -> Finding:
    """The interpreter must be 3.11 or later."""
    found = f"{'.'.join(map(str, running))} ({sys.executable})"
    if running[:2] >= TESTED_PYTHON:
        return Finding("Python", found)
    return Finding(
        "Python", found, "bad", "install Python 3.11 or later, and make the environment anew with it"
    )


def check_torch(torch: str | None, torchvision: str | None) -> Finding:
    """Both must be there and belong together: torchvision 0.(n + 15) goes with torch 2.n."""
    found = f"torch {torch or 'missing'}, torchvision {torchvision or 'missing'}"
    if torch is None or torchvision is None:
        return Finding("torch", found, "bad", _TORCH)
    if not _belong_together(torch, torchvision):
        return Finding("torch", f"{found}: these two do not belong together", "bad", _TORCH)
    if (_public(torch), _public(torchvision)) == (TESTED_TORCH, TESTED_TORCHVISION):
        return Finding("torch", f"{found}: the tested pair")
    tested = f"tested with {TESTED_TORCH} and {TESTED_TORCHVISION}"
    return Finding("torch", f"{found}: they belong together; {tested}", "note", _TORCH)


def check_libraries(missing: list[str]) -> Finding:
    """What is needed here beside torch; `missing` as pip takes it, `rich>=13.7`."""
    if not missing:
        return Finding("libraries", "all there, in versions that do")
    wanted = " ".join(f"'{one}'" for one in missing)
    return Finding("libraries", f"{len(missing)} missing or too old", "bad", f"pip install {wanted}")


def check_sandbox(why_not: dict[str, str], closed: list[str]) -> Finding:
    """The strictest level without a reason against it; reasons are named for the stricter ones.

    Args:
        closed: settings of the kernel that close namespaces, as `sysctl -w` opens them.
    """
    reached = next((level for level in _STRENGTH if why_not.get(level, "unknown") == ""), None)
    above = _STRENGTH[: _STRENGTH.index(reached)] if reached else _STRENGTH
    reasons = "; ".join(f"not {level}: {why_not.get(level, 'unknown')}" for level in above)
    held = f": {_HOLDS[reached]}" if reached else ""
    found = f"{reached or 'none'}{held}{f' ({reasons})' if reasons else ''}"
    if reached == "full":
        return Finding("sandbox", found)
    open_them = f"sudo sysctl -w {' '.join(closed)}" if closed else ""
    if reached == "landlock":
        return Finding("sandbox", f"{found}; good enough to grade with", "ok", open_them)
    mend = open_them or "grade on Linux 6.12 or later, or on 5.13 or later with user namespaces"
    if reached is None:
        return Finding("sandbox", found, "bad", mend)
    accepted = f"{mend}; or accept less: autograder grade ... --sandbox {reached}"
    return Finding("sandbox", f"{found}; enough to check one's own work", "note", accepted)


def check_landlock(abi: int | None, release: str) -> Finding:
    """What this kernel's Landlock knows; `abi` is its version, `None` where there is none."""
    if abi is None:
        return Finding(
            "Landlock", f"none in this kernel ({release})", "note", "boot Linux 5.13 or later with it"
        )
    missing = [name for name, first in (("TCP rules (Linux 6.7)", 4), ("scopes (6.12)", 6)) if abi < first]
    found = f"version {abi} ({release})"
    if not missing:
        return Finding("Landlock", f"{found}: files, TCP, signals and abstract sockets")
    return Finding(
        "Landlock", f"{found}: without {' and '.join(missing)}, which namespaces and seccomp replace"
    )


def check_kernel(kernels: list[str]) -> Finding:
    """A Jupyter kernel for Python, which the notebooks name `python3`."""
    if "python3" in kernels:
        return Finding("Jupyter", "kernel python3")
    return Finding(
        "Jupyter", "no kernel python3", "bad", f"{sys.executable} -m ipykernel install --sys-prefix"
    )


def check_data(title: str, root: Path | None, stand_in: str, mend: str) -> Finding:
    """A real set is welcome, not needed."""
    if root:
        return Finding(title, f"in {root}")
    return Finding(title, f"not here: {stand_in} stand in", "note", mend)


def check_disk(folder: Path) -> Finding:
    """Room for data sets in the cache folder, which need not be there yet."""
    there = next(path for path in (folder, *folder.parents) if path.is_dir())
    mend = "make room, or set XDG_CACHE_HOME to a folder that has some and may be written to"
    if not os.access(there, os.W_OK | os.X_OK):
        return Finding("disk", f"{folder} cannot be written to", "note", mend)
    free = shutil.disk_usage(there).free / 1e9
    return Finding("disk", f"{free:.1f} GB free in {folder}", *(("note", mend) if free < _DISK_GB else ()))


def _data() -> Iterator[Finding]:
    from data_utils.places import root_of

    get = "autograder data prepare {} --download, or set COURSE_DATA to the folder that has it"
    omniglot = root_of("omniglot-py/images_background") or root_of("images_background")
    yield check_data("Omniglot", omniglot, "drawn glyph alphabets", get.format("omniglot"))
    yield check_data("MNIST", root_of("MNIST/raw"), "5,000 of its digits", get.format("mnist"))
    yield check_data("STL-10", root_of("stl10_binary/train_X.bin"), "drawn objects", get.format("stl10"))
    faces = "set COURSE_DATA to the folder that has att_faces/"
    yield check_data("AT&T faces", root_of("att_faces/training"), "drawn people", faces)


def _processors() -> Iterator[Finding]:
    try:
        import torch
        import torchvision  # noqa: F401  # the wrong one of the two fails only when it is imported
    except Exception as error:
        if _installed("torch") and _installed("torchvision"):  # else it was said already, by check_torch
            said = str(error).strip().split("\n")[0]
            yield Finding("torch", f"is there, but cannot be imported: {said}", "bad", _TORCH)
        return
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    yield Finding(
        "processors", f"{usable} ({platform.machine()}), torch uses {torch.get_num_threads()} threads"
    )
    if torch.cuda.is_available():
        yield Finding("accelerator", f"CUDA: {torch.cuda.get_device_name()}")
    elif torch.backends.mps.is_available():
        yield Finding("accelerator", "MPS")
    else:
        yield Finding("accelerator", "none: training runs on the processor, grading always does")


def _landlock() -> int | None:
    from autograder.sandbox import landlock

    try:
        return landlock.abi()
    except OSError:
        return None


def _kernels() -> list[str]:
    try:
        from jupyter_client.kernelspec import KernelSpecManager
    except ImportError:  # one of the libraries that are missing
        return []
    return list(KernelSpecManager().find_kernel_specs())


def _needed() -> dict[str, Requirement]:
    """What the course around this folder needs, by name; without one, what labs with code do.

    Students need what their labs name; whoever has the solutions, too, what the instructors' commands use.
    """
    from autograder.authoring.bundle import TORCH
    from autograder.course.layout import CourseError, find_course
    from autograder.course.rubric import read_rubric

    extras, packages = {"", "code"}, [TORCH]
    try:
        labs = find_course().assignments()
        rubrics = [read_rubric(lab.rubric) for lab in labs]
    except CourseError:
        pass
    else:
        packages = [package for rubric in rubrics for package in rubric.packages]
        if any(lab.solution_dir.is_dir() for lab in labs):
            extras |= {"instructor"}
        elif any(rubric.has_code() for rubric in rubrics):
            packages.append(TORCH)
        else:
            extras = {""}
    declared = [Requirement(text) for text in requires("few-label-labs") or ()]
    ours = [one for one in declared if any(_is_of(one, extra) for extra in extras)]
    every = [*ours, *map(Requirement, packages)]
    return {one.name: one for one in every if one.name != "few-label-labs"}


def _is_of(one: Requirement, extra: str) -> bool:
    return one.marker is None or one.marker.evaluate({"extra": extra})


def _missing(needed: dict[str, Requirement]) -> list[str]:
    return [
        f"{name}{one.specifier}"
        for name, one in needed.items()
        if name not in ("torch", "torchvision") and (_installed(name) or "0") not in one.specifier
    ]


def _closed_switches() -> list[str]:
    """The kernel's settings that close user namespaces here, with the values that open them."""
    switches = {
        "user.max_user_namespaces": ("0", "10000"),
        "kernel.unprivileged_userns_clone": ("0", "1"),  # Debian's
        "kernel.apparmor_restrict_unprivileged_userns": ("1", "0"),  # Ubuntu's
    }
    return [f"{name}={opened}" for name, (closed, opened) in switches.items() if _setting(name) == closed]


def _setting(name: str) -> str:
    try:
        return Path("/proc/sys", *name.split(".")).read_text().strip()
    except OSError:
        return ""


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _belong_together(torch: str, torchvision: str) -> bool:
    major, minor = (int(part) for part in torch.split(".")[:2])
    vision_major, vision_minor = (int(part) for part in torchvision.split(".")[:2])
    return (major, vision_major) == (2, 0) and vision_minor == minor + 15


def _public(installed: str) -> str:
    return installed.partition("+")[0]
