"""The tests of confinement, kernels, folders, secrecy, judges and faults once more, as an ordinary user.

And that of level setuid, where other users can read the interpreter.
Both in a mount namespace of their own in which what only root may enter (often the folder in which Python
lies) is open to all. Run by an ordinary user, the other tests have shown the first already.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

COURSE = Path(__file__).parents[2]
NEEDED = ("unshare", "mount", "setpriv")
NOBODY = "65534"
CONFINEMENT = "tests/sandbox/test_confinement.py"
OTHERS = (
    "tests/sandbox/test_kernels.py",
    "tests/sandbox/test_scratch.py",
    "tests/sandbox/test_secrecy.py",
    "tests/judging/test_judges.py",
    "tests/cli/test_faults.py",
)


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder for everybody; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def closed_above(path: Path) -> Path | None:
    """The folder nearest to the root that others may not enter."""
    return next((p for p in (*reversed(path.parents), path) if not p.stat().st_mode & 0o001), None)


def opened(paths: list[Path], room: Path) -> list[str]:
    """Shell commands that leave of each closed folder only the paths in it, and open it to all."""
    closed = {folder for path in paths if (folder := closed_above(path))}
    hidden = [path for path in paths if any(path.is_relative_to(folder) for folder in closed)]
    commands = []
    for number, path in enumerate(hidden):
        kept = shlex.quote(str(room / f"kept{number}"))
        commands += [f"mkdir {kept}", f"mount --rbind {shlex.quote(str(path))} {kept}"]
    commands += [f"mount -t tmpfs -o mode=755 tmpfs {shlex.quote(str(folder))}" for folder in sorted(closed)]
    for number, path in enumerate(hidden):
        kept, name = shlex.quote(str(room / f"kept{number}")), shlex.quote(str(path))
        commands += [f"mkdir -p {name}", f"mount --rbind {kept} {name}"]
    return commands


def said_by_pytest(room: Path, become: list[str], *arguments: str) -> str:
    """What pytest, called with the arguments, says to another user."""
    paths = [Path(p).resolve() for p in (sys.base_prefix, sys.prefix, COURSE)]
    run = [*become, "env", "-i", f"PATH={os.environ['PATH']}", f"HOME={room}", f"TMPDIR={room}"]
    run += [sys.executable, "-B", "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-o", "addopts="]
    run += arguments
    script = "\n".join(["set -e", *opened(paths, room), f"cd {shlex.quote(str(COURSE))}", shlex.join(run)])
    ran = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
    return ran.stdout


@pytest.fixture(autouse=True)
def _root_with_tools() -> None:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    if missing := [tool for tool in NEEDED if not shutil.which(tool)]:
        pytest.skip(f"{' and '.join(missing)} (util-linux) cannot be found")
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode:
        pytest.skip("this container may not make mount namespaces")


def test_an_ordinary_user_is_held_as_well(room: Path, works: dict[str, str]) -> None:
    become = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]
    said = said_by_pytest(room, become, CONFINEMENT, *OTHERS)
    assert "failed" not in said
    if not works["landlock"]:
        assert "level landlock does not work here" not in said


@pytest.mark.thorough
def test_the_hostile_class_of_an_ordinary_user_gets_what_it_deserves(room: Path) -> None:
    """At the best level and at `landlock`."""
    become = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]
    said = said_by_pytest(room, become, "tests/hostile")
    assert "failed" not in said


def test_another_user_holds_where_the_interpreter_is_open(room: Path) -> None:
    said = said_by_pytest(room, [], CONFINEMENT, "-k", "another_user")
    assert "1 passed" in said, said
