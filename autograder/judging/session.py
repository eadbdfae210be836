"""One pytest session that collects a lab's graders once and runs them on any number of submissions.

Trusted side. `with_graders` calls `body` inside pytest's own run loop, so that collection, fixtures and
assertion rewriting are pytest's, while which answers are looked at, and how often, is up to `body`.
"""

import ast
import gc
import inspect
import os
import sys
import textwrap
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar, cast
from unittest import mock

import pytest
from _pytest.runner import runtestprotocol

from autograder.authoring.master import AuthoringError
from autograder.course.layout import CourseError
from autograder.judging.comparisons import Mismatch, Observed
from autograder.results.schema import TestStatus
from autograder.sandbox import Call
from autograder.sandbox.answers import Answer
from data_utils.cases import read_case

Key = tuple[str, str]  # probe and case
Answers = Mapping[Key, Answer]
T = TypeVar("T")


@dataclass(frozen=True)
class Grader:
    """A grader on one case of its probe. `compares` says whether it asks for the expected answer."""

    name: str
    task: str
    share: float | None
    key: Key
    compares: bool


@dataclass(frozen=True)
class Verdict:
    """What a grader said. `message` may hold inputs and values; `secret_message` never does."""

    status: TestStatus
    message: str = ""
    hint: str = ""
    secret_message: str = ""


class Graders:
    """The collected graders of a lab, ready to be asked."""

    def __init__(self, plugin: "_Plugin", hear: Callable[[Grader], object] = lambda grader: None) -> None:
        self._plugin = plugin
        self._hear = hear
        self.all = tuple(plugin.items)
        self.without_cases = tuple(plugin.without_cases.values())

    def compared(self, tasks: Collection[str] | None = None) -> set[Key]:
        """The probes and cases whose expected answers the graders of `tasks` (of all, without) ask for."""
        return {g.key for g in self.all if g.compares and (tasks is None or g.task in tasks)}

    def keys(self, tasks: Collection[str]) -> set[Key]:
        """The probes and cases that the graders of `tasks` look at."""
        return {g.key for g in self.all if g.task in tasks}

    def summaries(self) -> Mapping[str, Callable[..., Mapping[str, Any]]]:
        """What the lab's graders compare with known mistakes, by probe: functions of (answer, case)."""
        return self._plugin.summaries

    def case(self, key: Key) -> dict[str, Any]:
        """The inputs of a case."""
        return self._plugin.inputs_of(key)

    def heard_by(self, hear: Callable[[Grader], object]) -> "Graders":
        """The same graders; `hear` is told which one is asked, before it is."""
        return Graders(self._plugin, hear)

    def ask(self, grader: Grader, answers: Answers, expected: Answers) -> Verdict:
        """Run one grader on one submission's answers against one set of expected ones."""
        self._hear(grader)
        return self._plugin.run(grader, answers, expected)


def with_graders(
    path: Path, calls: tuple[Call, ...], settings: Mapping[str, float], body: Callable[[Graders], T]
) -> T:
    """Collect the graders in `path`, a file or a package, for these cases; return what `body` makes of them.

    Without it there are no graders to be asked.

    Raises:
        AuthoringError: the file cannot be collected, or a grader lacks its task or probe; says where.
    """
    plugin = _Plugin(calls, settings, body)
    if not path.exists():  # a lab of written tasks alone; others are told which task has no grader
        return body(Graders(plugin))
    # A stranger's options, plugins and conftest must not reach a grading.
    options = ["-c", os.devnull, "--rootdir", str(path.parent), "--noconftest", "--import-mode=importlib"]
    options += ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:faulthandler"]
    options += [
        "-p",
        "no:warnings",
        "-p",
        "no:unraisableexception",
        "-p",
        "no:threadexception",
        "--capture=no",
    ]
    for name in [name for name in sys.modules if name.split(".")[0] == path.stem]:
        del sys.modules[name]  # pytest keeps the graders of an earlier session in this process
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    with mock.patch.dict(os.environ, alone):
        pytest.main([*options, str(path)], plugins=[plugin])
    if plugin.fault:
        raise plugin.fault
    if not plugin.ran:
        raise CourseError(f"{path}: no grader was collected.")
    return plugin.result  # type: ignore[no-any-return]


@cache
def _first_hint(grader: Callable[..., object]) -> str:
    """What a grader says beside its first comparison, for code that raised before there was one to make."""
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(grader)))):
        if isinstance(node, ast.Call):
            given = [keyword.value for keyword in node.keywords if keyword.arg == "hint"]
            for value in given or node.args[1:2]:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    return value.value
                if isinstance(value, ast.Name) and isinstance(grader.__globals__.get(value.id), str):
                    return str(grader.__globals__[value.id])
    return ""


def _place_of(function: Any) -> str:
    return f"{function.__code__.co_filename}:{function.__code__.co_firstlineno}"


def _told(error: BaseException, file: Path, what: str) -> str:
    """A mistake of the graders' author, with the last line of theirs that it went through."""
    frames = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if Path(frame.f_code.co_filename).parent == file.parent
    ]
    path, line = frames[-1] if frames else (str(file), 1)
    if isinstance(error, SyntaxError) and error.filename:
        path, line = error.filename, error.lineno or 1
    message = error.msg if isinstance(error, SyntaxError) else error
    return f"{path}:{line}: {what}: {type(error).__name__}: {message}"


class _Plugin:
    def __init__(
        self, calls: tuple[Call, ...], settings: Mapping[str, float], body: Callable[[Graders], Any]
    ) -> None:
        self.cases = {(call.probe, call.case): call.data for call in calls}
        self.without_cases: dict[str, str] = {}
        self.inputs: dict[Key, dict[str, Any]] = {}
        self.summaries: dict[str, Callable[..., Mapping[str, Any]]] = {}
        self.settings = settings
        self.body = body
        self.items: dict[Grader, pytest.Function] = {}
        self.fault: BaseException | None = None
        self.ran = False
        self.result: Any = None
        self.observed: tuple[Answers, Answers] = {}, {}  # the student's, the expected ones
        self.verdict: Verdict | None = None

    # collection

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Iterator[None]:
        collects = gc.isenabled()
        gc.disable()  # to look through what torch brings, again and again, takes an eighth of its import
        try:
            return (yield)
        finally:
            if collects:
                gc.enable()

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "task(id, share): decides about a task")
        config.addinivalue_line("markers", "probe(name): looks at what a probe observed")

    def pytest_exception_interact(
        self, node: Any, call: "pytest.CallInfo[Any]", report: pytest.CollectReport | pytest.TestReport
    ) -> None:
        if isinstance(report, pytest.CollectReport) and not self.fault and call.excinfo:
            error = call.excinfo.value
            error = error.__cause__ or error  # pytest wraps what an import raises
            told = isinstance(error, CourseError)
            self.fault = (
                error if told else AuthoringError(_told(error, node.path, "the graders cannot be collected"))
            )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.fault:
            self.fault = CourseError(f"{report.nodeid} cannot be collected: {report.longreprtext}")

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        function = metafunc.definition
        marker = function.get_closest_marker("probe")
        if marker is None or function.get_closest_marker("task") is None:
            raise AuthoringError(
                f"{_place_of(function.function)}: {function.name} needs both @task(...) and @probe(...)."
            )
        keys = [key for key in self.cases if key[0] == marker.args[0]]
        if not keys:
            place = f"{_place_of(function.function)}: {function.name}"
            self.without_cases[function.name] = f"{place} asks the probe {marker.args[0]}"
        metafunc.parametrize("key", keys, ids=[case for _, case in keys])

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            assert isinstance(item, pytest.Function)
            for function in vars(item.module).values():
                if isinstance(function, FunctionType) and (probe := getattr(function, "summarises", "")):
                    self.summaries[probe] = function
            if item.originalname in self.without_cases:
                continue
            marker = item.get_closest_marker("task")
            assert marker is not None
            name = item.originalname.removeprefix("test_").replace("_", " ")
            task_id, share = marker.args
            key = cast(Key, item.callspec.params["key"])
            self.items[Grader(name, task_id, share, key, "expected" in item.fixturenames)] = item

    def pytest_runtestloop(self) -> bool:
        if (self.items or self.without_cases) and not self.fault:
            self.ran = True
            try:
                self.result = self.body(Graders(self))
            except BaseException as error:  # carried past pytest, which would make an exit code of it
                self.fault = error
        return True

    # one grader

    def run(self, grader: Grader, answers: Answers, expected: Answers) -> Verdict:
        self.observed = answers, expected
        self.verdict = None
        item = self.items[grader]
        item.session._setupstate.teardown_exact(item)  # a module that is set up, if it is another one's
        # With its module as the "next item", pytest tears down the function and keeps the module set up.
        for report in runtestprotocol(item, log=False, nextitem=item.parent):  # type: ignore[arg-type]
            if report.failed:  # it asks for what no fixture gives
                asked = getattr(report.longrepr, "errorstring", report.longreprtext).strip().split("\n")[0]
                return Verdict("internal", f"{_place_of(item.function)}: {asked}")
        return self.verdict or Verdict("internal", "the grader did not run.")

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Iterator[None]:
        # Catching our own exception here saves pytest's traceback: 771 ms for 30 failures become 26.
        try:
            result = yield
        except Mismatch as wrong:
            hint = wrong.hint or (_first_hint(pyfuncitem.function) if wrong.status == "error" else "")
            self.verdict = Verdict(wrong.status, wrong.message, hint, wrong.secret_message)
            return True  # type: ignore[return-value]
        except Exception as error:
            self.verdict = Verdict("internal", _told(error, pyfuncitem.path, "the grader fails"))
            return True  # type: ignore[return-value]
        self.verdict = Verdict("passed")
        return result  # type: ignore[return-value]

    @pytest.fixture
    def key(self, request: pytest.FixtureRequest) -> Key:
        return request.param  # type: ignore[no-any-return]

    @pytest.fixture
    def answer(self, request: pytest.FixtureRequest, key: Key) -> Observed:
        answers, expected = self.observed
        compares = "expected" in request.fixturenames
        return Observed(answers[key], frozenset(expected[key].values) if compares else None)

    @pytest.fixture
    def expected(self, key: Key) -> Observed:
        _, expected = self.observed
        return Observed(expected[key], frozenset(expected[key].values))

    @pytest.fixture
    def case(self, key: Key) -> dict[str, Any]:
        return self.inputs_of(key)

    def inputs_of(self, key: Key) -> dict[str, Any]:
        if key not in self.inputs:
            self.inputs[key] = read_case(self.cases[key])
        return self.inputs[key]

    @pytest.fixture(name="settings")
    def _settings(self) -> Mapping[str, float]:
        return self.settings
