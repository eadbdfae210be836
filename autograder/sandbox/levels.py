"""Which levels of confinement work on this machine, found out by trying. Trusted; runs no student code."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import cast, get_args

from autograder.sandbox import Level


def available() -> dict[Level, str]:
    """For every level "" where it works here, else why not; tried in a process of its own."""
    if not hasattr(os, "fork"):
        return dict.fromkeys(get_args(Level), "this system has no fork")
    done = subprocess.run(
        [sys.executable, "-c", "from autograder.sandbox import levels; levels.main()"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return cast(dict[Level, str], json.loads(done.stdout))


def main() -> None:
    print(json.dumps({level: why_not(level) for level in get_args(Level)}))


def why_not(level: Level) -> str:
    """ "" where a fork of this process reaches the level, else why not. To be called before threads start."""
    if level == "process":
        return ""
    if sys.platform != "linux":
        return f"needs Linux, this is {sys.platform}"
    if not os.path.exists(f"/proc/self/task/{os.getpid()}/children"):
        return "the kernel does not list children in /proc, so strays would not be found"
    told, tell = os.pipe()
    with tempfile.TemporaryDirectory() as folder:
        if level == "setuid":
            os.chmod(folder, 0o711)
        if (child := os.fork()) == 0:
            _try_and_exit(level, Path(folder), tell)
        os.close(tell)
        os.waitpid(child, 0)
        text = os.read(told, 1000).decode(errors="replace")
        os.close(told)
    return "" if text == "ok" else text or "the trial died"


def _try_and_exit(level: Level, folder: Path, tell: int) -> None:
    from autograder.sandbox import confine, landlock

    try:
        if level == "landlock" and landlock.abi() < 6:
            raise PermissionError("without namespaces it needs Landlock's signal scopes (Linux 6.12)")
        if level == "setuid" and os.geteuid() != 0:
            raise PermissionError("needs root")
        if level == "full":
            confine.enter_namespaces()
            if inner := os.fork():
                os.waitpid(inner, 0)
                os._exit(0)
        plan = confine.Plan(level, folder, folder, data_bytes=1 << 30, scratch_mb=1)
        scratch = confine.shut(plan)
        (scratch / "written").write_text("")
        os.listdir(os.path.dirname(os.__file__))
        os.write(tell, b"ok")
    except Exception as error:
        os.write(tell, (getattr(error, "strerror", None) or str(error)).encode())
    finally:
        os._exit(0)
