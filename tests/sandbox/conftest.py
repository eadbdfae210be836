"""A small lab and a warm server a level, shared by all tests of the sandbox."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from autograder.course.rubric import Limits
from autograder.sandbox import Call, Job, Level, Recording, levels
from autograder.sandbox.answers import Answer, decode
from autograder.sandbox.client import ForkServer
from autograder.submission import Cell

PROBES = """
def observe(ns, case):
    return ns["observe"]()

def double(ns, case):
    return {"twice": ns["double"](case["x"])}

def other(ns, case):
    return {"y": ns["other"](case["x"])}
"""


LIMITS = Limits()
Run = Callable[..., "Seen"]


class Seen:
    """A recording with its answers decoded, by "probe/case"."""

    def __init__(self, recording: Recording, limits: Limits) -> None:
        self.recording = recording
        self.answers: dict[str, Answer] = {
            f"{raw.probe}/{raw.case}": decode(raw, limits) for raw in recording.answers
        }

    @property
    def outcomes(self) -> dict[str, str]:
        return {name: answer.outcome for name, answer in self.answers.items()}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "confined_level" in metafunc.fixturenames:
        metafunc.parametrize("confined_level", ["full", "landlock"], scope="session")


@pytest.fixture(scope="session")
def works() -> dict[Level, str]:
    return levels.available()


@pytest.fixture(scope="session")
def course_secret() -> Iterator[str]:
    """The name of a variable in the environment that servers are started from."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_SECRET", "42")
        yield "COURSE_SECRET"


@pytest.fixture(scope="session")
def servers(works: dict[Level, str], course_secret: str) -> Iterator[Callable[[Level], ForkServer]]:
    started: dict[Level, ForkServer] = {}

    def server(level: Level) -> ForkServer:
        if works[level]:
            pytest.skip(f"level {level} does not work here: {works[level]}")
        if level not in started:
            started[level] = ForkServer(level=level).start()
        return started[level]

    yield server
    for one in started.values():
        one.__exit__(None, None, None)


@pytest.fixture(scope="session")
def server(servers: Callable[[Level], ForkServer], works: dict[Level, str]) -> ForkServer:
    """At the best level that works here."""
    return servers(next(level for level, reason in works.items() if not reason))


@pytest.fixture(scope="session")
def public_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab")
    (folder / "probes.py").write_text(PROBES)
    (folder / "helper.py").write_text("GIVEN = 7\n")
    return folder


@pytest.fixture
def run(server: ForkServer, public_dir: Path) -> Run:
    """Record cells (sources) with calls ("probe/case"), each case holding x = [1, 2]."""
    return runner_on(server, public_dir)


@pytest.fixture
def run_confined(servers: Callable[[Level], ForkServer], public_dir: Path, confined_level: Level) -> Run:
    """As `run`, at each level that is good enough to grade."""
    return runner_on(servers(confined_level), public_dir)


@pytest.fixture(scope="session")
def runner() -> Callable[[ForkServer, Path], Run]:
    """As `run`, on a server and a lab that the test chooses."""
    return runner_on


def runner_on(server: ForkServer, public_dir: Path) -> Run:
    def run(
        *cells: str | Cell, calls: Sequence[str] = ("observe/a",), limits: Limits = LIMITS, **job: object
    ) -> Seen:
        numbered = tuple(
            Cell("lab.ipynb", number, cell) if isinstance(cell, str) else cell
            for number, cell in enumerate(cells, start=1)
        )
        split = [call.split("/") for call in calls]
        data = '{"schema": "case/1", "probe": "%s", "x": [1.0, 2.0]}'
        asked = tuple(Call(probe, case, data % probe) for probe, case in split)
        return Seen(server.record(Job(numbered, asked, public_dir, limits=limits, **job)), limits)  # type: ignore[arg-type]

    return run
