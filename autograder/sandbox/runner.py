"""Running a submission's cells and its probes. Runs inside the box, beside the student's code."""

import ast
import builtins
import contextlib
import difflib
import importlib.util
import linecache
import os
import random
import signal
import struct
import sys
import types
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import torch

from autograder.sandbox import Call, Job, answers, places
from autograder.sandbox.reports import Kind, Report
from autograder.sandbox.statements import defines, imports_inside, is_setting
from autograder.sandbox.wire import read_inputs
from autograder.submission import Cell
from data_utils.cases import read_case

FRAME = struct.Struct("<IQ")  # number of the call, length of the frame
WHERE = 0xFFFFFFFF  # in place of a number: the frame says where a late call is
_LATE = 0.8  # of the time for a call; again and again, since time is not the wall's
_PROBES = "_the_labs_probes"
_MODULE = "submission"  # so that blocks under `if __name__ == "__main__"` do not run

Probe = Callable[[dict[str, Any], dict[str, Any]], Any]


def run_cells(
    cells: tuple[Cell, ...],
    left_out: Collection[tuple[int, int]],
    definitions_only: bool,
    report: Callable[[Report], None],
) -> dict[str, Any]:
    """The namespace after all statements of all cells, each reported before it runs.

    A statement that raises is reported. Of what comes after it in its cell only definitions run, as Python
    would have stopped there: a script whose training fails must not go on to save what it did not train.
    `left_out` are (cell, statement) that hung or ended an earlier box.
    """
    namespace = _new_namespace()
    labels = {cell.label for cell in cells}
    for number, cell in enumerate(cells):
        try:
            statements = list(_statements(cell))
        except BaseException as error:
            report(Report(Kind.RAISED, number, text=answers.encode_error(error, labels)))
            continue
        if cell.number is None:
            namespace["__file__"] = os.path.abspath(cell.file)
        flags, stopped = 0, definitions_only or cell.definitions_only
        for index, statement in enumerate(statements):
            flags |= _future_flags(statement)
            goes_on = defines(statement) and not is_setting(statement)  # a missing import costs only itself
            if (number, index) in left_out:
                stopped |= not goes_on
                continue
            if stopped and not defines(statement):
                continue
            report(Report(Kind.AT, number, index, statement.lineno))
            try:
                module = ast.Module([statement], type_ignores=[])
                exec(compile(module, cell.label, "exec", flags, dont_inherit=True), namespace)
                if not cell.definitions_only:
                    _import_ahead(imports_inside(statement))
            except BaseException as error:
                if stopped and is_setting(statement) and isinstance(error, NameError):
                    continue  # it is computed from what was rightly left out
                stopped |= not goes_on
                report(Report(Kind.RAISED, number, index, text=answers.encode_error(error, labels)))
    return namespace


def _import_ahead(names: list[str]) -> None:
    """Import libraries that functions would import in each fork anew."""
    for name in names:
        with contextlib.suppress(BaseException):
            spec = importlib.util.find_spec(name.partition(".")[0])
            origin = Path(spec.origin) if spec and spec.origin else None
            if origin and any(origin.is_relative_to(library) for library in places.readable()):
                importlib.import_module(name)


def load_probes(job: Job) -> types.ModuleType:
    """The lab's probes.py or probes/, after the cells, so that a cell cannot have replaced it beforehand."""
    path = job.public_dir / "probes" / "__init__.py"
    if not path.exists():
        path = job.public_dir / "probes.py"
    spec = importlib.util.spec_from_file_location(_PROBES, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no module")
    for name in [name for name in sys.modules if name.split(".")[0] == _PROBES]:
        del sys.modules[name]
    module = importlib.util.module_from_spec(spec)
    sys.modules[_PROBES] = module  # the modules of a package find each other by it
    spec.loader.exec_module(module)
    return module


def answer_calls(
    job: Job,
    numbers: range,
    namespace: dict[str, Any],
    probe: Callable[[str], Probe],
    pipe: int,
    inputs: int,
) -> None:
    """Answer the calls with these numbers, all of one group, into `pipe`. Runs in a fork of its own.

    The file `inputs` holds the cases of that group; no process has read it before this one.
    """
    torch.set_num_threads(1)  # first: a cell's threads did not survive the fork, and waiting for them hangs
    me = os.getpid()
    labels = {cell.label for cell in job.cells}
    _tell_where_when_late(pipe, labels)
    texts = read_inputs(inputs)
    os.close(inputs)
    for number in numbers:
        call = job.calls[number]
        call = replace(call, data=texts[call.probe, call.case])
        late = _LATE * job.limits.probe_seconds
        signal.setitimer(signal.ITIMER_REAL, late, late)
        frame = answer(job, call, namespace, probe, labels)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if os.getpid() != me:  # a copy of this process that the student's code made
            os._exit(0)
        _write(pipe, FRAME.pack(number, len(frame)) + frame)


def standard_state(seed: int) -> None:
    """What a cell or an earlier call may have changed and the next one's result would depend on."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.set_grad_enabled(True)
    torch.set_num_threads(1)
    torch._C._set_deterministic_algorithms(False, warn_only=False)  # the public one imports the compiler
    torch.set_float32_matmul_precision("highest")


def answer(
    job: Job, call: Call, namespace: dict[str, Any], probe: Callable[[str], Probe], labels: Collection[str]
) -> bytes:
    given = _given(job.public_dir)
    try:
        standard_state(call.seeded(job.seed))
        return answers.encode(probe(call.probe)(_Defined(namespace), read_case(call.data)))
    except BaseException as error:
        return answers.encode_error(error, labels, given)


def _given(public_dir: Path) -> dict[str, str]:
    """The lab's own files by the names that tracebacks have for them."""
    return {
        str(path): path.relative_to(public_dir).as_posix()
        for pattern in ("*.py", "probes/*.py")
        for path in public_dir.glob(pattern)
    }


class _Defined(dict[str, Any]):
    """The namespace as probes see it: a name that is not there is work that is not done."""

    def __missing__(self, name: str) -> NoReturn:
        alike = difflib.get_close_matches(name.lower(), [key.lower() for key in self], n=2, cutoff=0.8)
        there = " and ".join(f"`{key}`" for key in self if key.lower() in alike)
        raise NotImplementedError(f"{f'there is {there}, but ' if there else ''}`{name}` is not defined")


def _tell_where_when_late(pipe: int, labels: Collection[str]) -> None:
    """Shortly before the watcher's patience ends, say which line of the student's is running.

    Where it is stuck outside of Python nothing is said.
    """

    def tell(signum: int, frame: types.FrameType | None) -> None:
        while frame and frame.f_code.co_filename not in labels:
            frame = frame.f_back
        if frame:
            data = answers.encode_location(frame.f_code.co_filename, frame.f_lineno)
            _write(pipe, FRAME.pack(WHERE, len(data)) + data)

    signal.signal(signal.SIGALRM, tell)


def _write(pipe: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(pipe, view) :]


def _new_namespace() -> dict[str, Any]:
    """That of a module which can be found, since dataclasses and pickle look theirs up."""
    module = types.ModuleType(_MODULE)
    sys.modules[_MODULE] = module
    vars(builtins).update(get_ipython=lambda: _QuietShell(), display=lambda *args, **kwargs: None)
    return vars(module)


class _QuietShell:
    """What `get_ipython()` gives: every method does nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("__"):  # so that copying and pickling see no methods that are none
            raise AttributeError(name)
        return lambda *args, **kwargs: None


def _statements(cell: Cell) -> Iterator[ast.stmt]:
    """Top-level statements; their source is made known to tracebacks and `inspect`."""
    lines = cell.source.splitlines(keepends=True)
    linecache.cache[cell.label] = (len(cell.source), None, lines, cell.label)
    yield from ast.parse(cell.source, cell.label).body


def _future_flags(statement: ast.stmt) -> int:
    """Compiler flags of `from __future__ import ...`, which hold for the statements after it too."""
    if not (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
        return 0
    import __future__

    features = (getattr(__future__, alias.name, None) for alias in statement.names)
    return sum(feature.compiler_flag for feature in features if feature is not None)
