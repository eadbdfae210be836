"""What tests of several rooms need: a browser, and the smallest course there can be on the command line."""

import gc
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from autograder.lab.lab import Lab
from autograder.submission import Submission
from autograder.submission.find import Found
from tests import commands

# A test that asks for one of these waits for a process that imports torch, grades, or draws pages.
SLOW_FIXTURES = {
    "run", "course", "hand_in", "chromium", "site", "graded", "graded_once", "reading_course", "cluster",
    "here", "undisturbed", "image", "exported", "packaged", "paper", "server", "servers", "seen",
    "postgresql", "ran",
}  # fmt: skip
# Notebooks, which compute, and what waits beside them: for a page, or for somebody's time to end.
FIRST = "test_bundle.py", "test_hostile.py", "test_browser.py", "test_lose_nothing.py", "test_dask.py"
EXAMPLE = Path(__file__).parent / "example_lab"
Run = Callable[..., "subprocess.CompletedProcess[str]"]
HandIn = Callable[[Path, Mapping[str, str]], Path]
BeforeReading = Callable[[Callable[[str], object]], None]
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # see tests/without


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """What is collected, torch among it, stays to the end: Python need not look through it for garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `slow` what `make check` leaves out. After FIRST come the other files with long tests: one of
    them would run alone in the end.
    """
    for item in items:
        slow = SLOW_FIXTURES & set(getattr(item, "fixturenames", ()))
        if slow or item.get_closest_marker("long"):
            item.add_marker("slow")
    long = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: (item.path.name not in FIRST, item.path not in long))


def hear_ctrl_c() -> None:
    """For `preexec_fn`: a shell's background job ignores SIGINT, and so would its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def run() -> Run:
    """Run `autograder` in a course."""
    return commands.run


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """A course with the example lab, built."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(EXAMPLE, root, dirs_exist_ok=True)
    built = run(root, "build")
    assert built.returncode == 0, built.stderr
    return root


@pytest.fixture(scope="session")
def hand_in(course: Path) -> HandIn:
    """Write a notebook for each student: the stub with one more cell."""
    stub = json.loads((course / "assignments/example/example.ipynb").read_text())

    def write(folder: Path, sources: Mapping[str, str]) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for student, source in sources.items():
            cell = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None}
            cells = [*stub["cells"], cell | {"source": source}]
            (folder / f"{student}.ipynb").write_text(json.dumps(stub | {"cells": cells}))
        return folder

    return write


@pytest.fixture
def before_reading(monkeypatch: pytest.MonkeyPatch) -> BeforeReading:
    """Have a function called with each student whose work is read; what it raises, our reader raises."""
    read = Lab.read

    def have(happen: Callable[[str], object]) -> None:
        def reading(lab: Lab, found: Path | Found) -> Submission:
            assert isinstance(found, Found)
            happen(found.student)
            return read(lab, found)

        monkeypatch.setattr(Lab, "read", reading)

    return have


def too_deep_at(student: str) -> Callable[[str], None]:
    """For `before_reading`: a fault of our reader's at one student."""

    def fail(whose: str) -> None:
        if whose == student:
            raise RecursionError("too deep")

    return fail


@pytest.fixture(scope="session")
def right() -> str:
    return (EXAMPLE / "solutions/example/accepted/loop.py").read_text()


@pytest.fixture(scope="session")
def wrong() -> str:
    return (EXAMPLE / "solutions/example/wrong/one_mean_for_all.py").read_text()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's browser, driven by playwright."""
    api = pytest.importorskip("playwright.sync_api", reason="the browser tests need the package playwright")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no chromium here: apt-get install chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
