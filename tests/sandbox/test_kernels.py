"""What is left on kernels that know less: parts are switched off, and what they held is tried."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox import landlock, levels

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="Landlock, namespaces and seccomp are Linux's"
)

# Shuts a box as the watcher does, on a kernel whose Landlock is of version ABI, and tries what must not work.
TRIAL = """
import json, os, signal, socket, sys
from pathlib import Path
from autograder.sandbox import confine, landlock
level, abi, public, scratch, outside, victim = sys.argv[1:]
landlock.abi = lambda: int(abi)
if level == "full":
    confine.enter_namespaces()
said, say = os.pipe()
if os.fork() == 0:
    plan = confine.Plan(level, Path(public), Path(scratch), 1 << 33, 1)
    inside = confine.shut(plan)
    def works(do):
        try:
            do()
        except Exception:
            return False
        return True
    seen = {
        "own folder": works(lambda: (inside / "mine").write_text("x")),
        "libraries": works(lambda: os.listdir(os.path.dirname(os.__file__))),
        "secret": works(lambda: open(outside).read()),
        "writing outside": works(lambda: open(public + "/new", "w")),
        "truncating": works(lambda: os.truncate(outside, 0)),
        "TCP": works(lambda: socket.socket()),
        "abstract socket": works(lambda: socket.socket(socket.AF_UNIX)),
        "signal": works(lambda: os.kill(int(victim), 0)),
    }
    os.write(say, json.dumps(seen).encode())
    os._exit(0)
os.close(say)
print(os.read(said, 10_000).decode())
"""


def trial(level: str, abi: int, tmp_path: Path) -> dict[str, bool]:
    public, scratch = tmp_path / "public", tmp_path / "scratch"
    for folder in (public, scratch):
        folder.mkdir()
    secret = tmp_path / "secret"
    secret.write_text("secret")
    arguments = [level, str(abi), str(public), str(scratch), str(secret), str(os.getpid())]
    ran = subprocess.run([sys.executable, "-c", TRIAL, *arguments], capture_output=True, text=True)
    assert ran.stdout, ran.stderr
    seen: dict[str, bool] = json.loads(ran.stdout)
    assert (secret.read_text() == "secret") is not seen["truncating"]
    return seen


HELD = {"own folder": True, "libraries": True} | dict.fromkeys(
    ("secret", "writing outside", "truncating", "TCP", "abstract socket", "signal"), False
)


@pytest.mark.parametrize("abi", range(1, 8))
def test_namespaces_and_seccomp_hold_what_an_older_landlock_does_not(
    works: dict[str, str], abi: int, tmp_path: Path
) -> None:
    """Rights that the version does not know are left out, or the kernel would refuse the rule set."""
    if works["full"] or abi > landlock.abi():
        pytest.skip(works["full"] or f"this kernel's Landlock is of version {landlock.abi()}")
    assert trial("full", abi, tmp_path) == HELD


@pytest.mark.parametrize("abi", range(1, 8))
def test_without_namespaces_signals_need_the_scopes(works: dict[str, str], abi: int, tmp_path: Path) -> None:
    """Sockets are seccomp's at every version; signals to processes of the same user are Landlock's from 6 on.

    Truncating is its from 3 on; without it, level landlock is not offered (the next test).
    """
    if works["landlock"] or abi > landlock.abi():
        pytest.skip(works["landlock"] or f"this kernel's Landlock is of version {landlock.abi()}")
    lost = {"signal": abi < 6, "truncating": abi < 3}
    assert trial("landlock", abi, tmp_path) == HELD | lost


@pytest.mark.parametrize(("abi", "offered"), [(5, False), (6, True)])
def test_level_landlock_is_offered_from_the_scopes_on(
    works: dict[str, str], monkeypatch: pytest.MonkeyPatch, abi: int, offered: bool
) -> None:
    if works["landlock"]:
        pytest.skip(works["landlock"])
    monkeypatch.setattr(landlock, "abi", lambda: abi)
    assert (levels.why_not("landlock") == "") is offered


def test_without_landlock_no_level_that_needs_it_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> int:
        raise OSError(38, "landlock_create_ruleset: Function not implemented")

    monkeypatch.setattr(landlock, "abi", missing)
    assert "landlock_create_ruleset" in levels.why_not("landlock")
    assert levels.why_not("full")
    assert levels.why_not("process") == ""


def test_without_seccomp_only_the_weakest_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograder.sandbox import seccomp

    def refused() -> None:
        raise OSError(22, "seccomp: Invalid argument")

    monkeypatch.setattr(seccomp, "refuse_dangerous_calls", refused)
    for level in ("full", "landlock", "setuid"):
        assert levels.why_not(level), level


def test_without_user_namespaces_landlock_is_next(
    works: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from autograder.sandbox import confine

    def refused() -> None:
        raise PermissionError(1, "unshare: Operation not permitted")

    monkeypatch.setattr(confine, "enter_namespaces", refused)
    assert "Operation not permitted" in levels.why_not("full")
    assert levels.why_not("landlock") == works["landlock"]
