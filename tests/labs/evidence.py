"""What a lab's evidence has to stand: submissions and answers made from the lab itself, by rule."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.authoring.bank import Bank
from autograder.authoring.master import Master, MasterCell, marker
from autograder.authoring.notebook import solved_source
from autograder.course.layout import Assignment
from autograder.judging.session import Answers, Graders
from autograder.sandbox.answers import Answer, Value
from autograder.submission import Cell, Submission
from data_utils.cases import read_case

_WRONG_SHAPE = """
import functools

def _of_a_wrong_shape(function):
    @functools.wraps(function)
    def answer(*args, **kwargs):
        return torch.zeros(2, 3, 5, 7)
    return answer

{name} = _of_a_wrong_shape({name})
"""
_JUDGING = """
from contextlib import suppress

def _nothing(*args, **kwargs):
    return lambda function: function

task = probe = cache = lru_cache = _nothing
assert_close = assert_that = assert_same_direction = leave_to_a_person = _nothing
"""


@dataclass(frozen=True)
class Region:
    """One place of the reference that a student fills in. `owner` is the function or method around it."""

    task: str
    cell: MasterCell
    first: int  # lines of the cell, 0-based, between the markers
    last: int
    owner: str

    def __str__(self) -> str:
        return f"{self.task} in {self.owner or 'its cell'}"


def regions_of(master: Master) -> Iterator[Region]:
    """Every region of code, in order."""
    for cell in master.cells:
        if cell.kind == "code" and cell.tasks:
            task, begun = cell.tasks[0], 0
            for number, line in enumerate(cell.source.split("\n")):
                task = next((one for one in cell.tasks if f"TODO {one}" in line), task)
                found = marker(line, cell.kind)
                if found == "BEGIN":
                    begun = number + 1
                elif found == "END":
                    yield Region(task, cell, begun, number, _owner(cell.source, begun + 1))


def needs_a_helper_of(region: Region, task: str, regions: list[Region], probes: str) -> bool:
    """Whether the reference's answer to a task calls what this place defines and no probe asks for: a helper
    of its own, without which nobody could have written that answer.
    """
    helpers = {name for name in _bound(region) if f'"{name}"' not in probes}
    answers = "\n".join(_text(one) for one in regions if one.task == task)
    return any(re.search(rf"\b{name}\(", answers) for name in helpers)


def _bound(region: Region) -> list[str]:
    """The functions that a place outside of all functions defines."""
    body = [] if region.owner else ast.parse(_text(region)).body
    return [node.name for node in body if isinstance(node, ast.FunctionDef)]


def _text(region: Region) -> str:
    return "\n".join(region.cell.source.split("\n")[region.first : region.last])


def undone(bank: Bank, region: Region) -> Submission:
    """The reference, but this place still raises what the stub raises."""
    return _with(bank, region, f'raise NotImplementedError("TODO {region.task}")')


def raising(bank: Bank, region: Region) -> Submission:
    """The reference, but this place raises."""
    return _with(bank, region, 'raise IndexError("index 7 is out of bounds")')


def hanging(bank: Bank, region: Region) -> Submission:
    """The reference, but this place never comes back."""
    return _with(bank, region, "while True: pass")


def of_a_wrong_shape(bank: Bank, region: Region) -> Submission | None:
    """The reference, but this place's function returns another shape; none where it returns nothing."""
    if not region.owner or "return " not in _text(region) or region.owner.endswith("__init__"):
        return None
    cell = Cell(file="shape.py", number=None, source=_WRONG_SHAPE.format(name=region.owner))
    return replace(bank.reference, cells=(*bank.reference.cells, cell))


def _with(bank: Bank, region: Region, statement: str) -> Submission:
    lines = region.cell.source.split("\n")
    inside = lines[region.first : region.last]
    indent = min((len(line) - len(line.lstrip()) for line in inside if line.strip()), default=0)
    lines[region.first : region.last] = [" " * indent + statement]
    changed = solved_source(replace(region.cell, source="\n".join(lines)))
    whole = solved_source(region.cell)
    cells = tuple(replace(c, source=changed) if c.source == whole else c for c in bank.reference.cells)
    return replace(bank.reference, cells=cells)


def _owner(source: str, line: int) -> str:
    """`ProtoNet.calc_loss`: the definition around a line, as Python names it."""
    names: list[str] = []
    body: list[ast.stmt] = ast.parse(source).body
    while found := [n for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef) and _spans(n, line)]:
        names.append(found[0].name)
        if isinstance(found[0], ast.FunctionDef):
            break
        body = found[0].body
    return ".".join(names)


def _spans(node: ast.FunctionDef | ast.ClassDef, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


# What a student holds


def asked_names(master: Master) -> list[str]:
    """What the tasks ask for: `class_means`, `ProtoNet`, `ProtoNet.calc_loss`."""
    owners = [region.owner for region in regions_of(master) if region.owner]
    return list(dict.fromkeys([*(owner.split(".")[0] for owner in owners), *owners]))


def public_copies(assignment: Assignment, bank: Bank, master: Master) -> Iterator[tuple[str, Submission]]:
    """The stub with one thing that students hold in place of everything that is asked for, one at a time.

    Things are every function, class and method of the given files, the probes and the graders that ship; a
    class is subclassed where a class is asked for.
    """
    names = asked_names(master)
    for path in (*assignment.public_modules(), *assignment.grader_files()):
        source = path.read_text(encoding="utf-8")
        pasted = Cell(file="pasted.py", number=None, source=_JUDGING + _without_ours(source))
        for thing in _things(source):
            cell = Cell(
                file="copied.py", number=None, source="\n".join(_assign(name, thing) for name in names)
            )
            yield f"{path.name}: {thing}", replace(bank.stub, cells=(*bank.stub.cells, pasted, cell))


def _assign(name: str, thing: str) -> str:
    copy = f"type('{name}', ({thing},), {{}}) if isinstance({thing}, type) else {thing}"
    return f"with suppress(Exception):\n    {name} = {copy if '.' not in name else thing}"


def _without_ours(source: str) -> str:
    """The source without imports of the engine, which no box has, and of its own package."""
    tree = ast.parse(source)
    ours = [
        n for n in tree.body if isinstance(n, ast.ImportFrom) and (n.level or "autograder" in str(n.module))
    ]
    lines = source.split("\n")
    for node in ours:
        for number in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[number] = ""
    return "\n".join(lines)


def _things(source: str) -> Iterator[str]:
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("test_"):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield node.name
            yield from (
                f"{node.name}.{method.name}"
                for method in node.body
                if isinstance(method, ast.FunctionDef) and not method.name.startswith("__")
            )


# Answers without a computation


Forge = Callable[[Value, str, Answer, dict[str, Any]], Value]


def _zeros(value: Value, name: str, sample: Answer, case: dict[str, Any]) -> Value:
    return _like(value, np.zeros(np.shape(value)))


def _ones(value: Value, name: str, sample: Answer, case: dict[str, Any]) -> Value:
    return _like(value, np.ones(np.shape(value)))


def _halves(value: Value, name: str, sample: Answer, case: dict[str, Any]) -> Value:
    return _like(value, np.full(np.shape(value), 0.5))


def _random(value: Value, name: str, sample: Answer, case: dict[str, Any]) -> Value:
    return _like(value, np.random.default_rng(len(name)).normal(size=np.shape(value)))


def _counted(value: Value, name: str, sample: Answer, case: dict[str, Any]) -> Value:
    return _like(value, np.arange(np.size(value)).reshape(np.shape(value)))


def _replayed(value: Value, name: str, sample: Answer, case: dict[str, Any]) -> Value:
    return _like(value, np.resize(_numbers(sample.values.get(name, 0)), np.shape(value)))


def _input(value: Value, name: str, sample: Answer, case: dict[str, Any]) -> Value:
    arrays = [np.asarray(one) for one in case.values() if hasattr(one, "shape") and np.size(one)]
    fitting = [one for one in arrays if one.shape == np.shape(value)]
    sizes = sorted(arrays, key=lambda one: abs(one.size - np.size(value)))
    best = (fitting or sizes or [np.zeros(1)])[0]
    return _like(value, np.resize(best, np.shape(value)))


FORGERIES: dict[str, Forge] = {
    "zeros": _zeros,
    "ones": _ones,
    "halves": _halves,
    "random numbers": _random,
    "places": _counted,
    "a sample's right answer": _replayed,
    "the input": _input,
}


def forged(graders: Graders, right: Answers, inputs: dict[tuple[str, str], str], forge: Forge) -> Answers:
    """Every answer of the right names and shapes, none of them computed. Texts stay: they can be guessed."""
    samples = {probe: answer for (probe, case), answer in right.items() if case.startswith("sample/")}
    keys = dict.fromkeys(grader.key for grader in graders.all)
    return {
        key: replace(
            right[key],
            values={
                name: forge(value, name, samples.get(key[0], right[key]), read_case(inputs[key]))
                for name, value in right[key].values.items()
            },
        )
        for key in keys
    }


def are_right(graders: Graders, task: str, answers: Answers, right: Answers) -> bool:
    """Whether what a task's graders look at is right after all: the features of pixels are the pixels."""
    return all(
        np.array_equal(_numbers(answers[key].values[name]), _numbers(value))
        for key in graders.keys({task})
        for name, value in right[key].values.items()
    )


def _like(value: Value, forged_: Any) -> Value:
    if value is None or isinstance(value, str):
        return value
    kind = np.asarray(value).dtype
    return np.asarray(forged_).astype(kind) if np.ndim(value) else np.asarray(forged_).astype(kind).item()


def _numbers(value: Value) -> Any:
    return np.zeros(1) if value is None or isinstance(value, str) or not np.size(value) else np.asarray(value)
