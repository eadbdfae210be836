"""The lab's own submissions: the reference, the stub, the known wrong answers and the accepted variants.

Trusted side. Each becomes a `Submission` like any student's, so that expected answers come about by exactly
the same way. A file in `wrong/` or `accepted/` holds only what differs: `CHANGES = {"old text": "new text"}`
in the reference's answers, and definitions, which run as one more cell after the reference's. It is read, not
run, here: only a `hand_in` function is. Two files can be true of one submission: a mistake in the form of an
accepted variant.
"""

import ast
import hashlib
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.authoring.master import AuthoringError, Master, read_master
from autograder.authoring.mutation import Mutant, mutants_of
from autograder.authoring.notebook import solved_notebook, solved_source
from autograder.authoring.places import function_of, replaces
from autograder.course.layout import Assignment
from autograder.course.rubric import Rubric
from autograder.submission import Cell, Submission
from autograder.submission.extract import cells_from_notebook
from autograder.submission.policy import Policy


@dataclass(frozen=True)
class Difference:
    """What a file of the bank changes: texts of the reference, and definitions after it.

    `definitions` is the whole file where it defines anything, else empty.
    """

    path: Path
    changes: Mapping[str, str]
    definitions: str = ""


@dataclass(frozen=True)
class WrongAnswer:
    """One misconception. `hint` is the docstring; `loses` are exactly the tasks that it must not pass."""

    name: str
    hint: str
    loses: frozenset[str]
    submission: Submission
    difference: Difference


@dataclass(frozen=True)
class AcceptedVariant:
    """One legitimate variant. With `axes`, its answers are the expected ones for that choice."""

    name: str
    submission: Submission
    difference: Difference
    axes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Bank:
    """All of a lab's own submissions."""

    reference: Submission
    stub: Submission
    wrong: tuple[WrongAnswer, ...]
    accepted: tuple[AcceptedVariant, ...]
    mutants: tuple[Mutant, ...]
    answers: frozenset[str]  # the sources of the reference's answer cells

    def submissions(self) -> dict[str, Submission]:
        """Those that are written down, by the names that they go by."""
        known = {"reference": self.reference}
        known |= {f"wrong/{wrong.name}": wrong.submission for wrong in self.wrong}
        return known | {f"accepted/{variant.name}": variant.submission for variant in self.accepted}

    def mutated(self, mutant: Mutant, variant: AcceptedVariant) -> Submission | None:
        """The mutant of somebody who writes as the variant does; `None` where that leaves nothing of it."""
        if variant.difference.definitions:
            return None
        answers = frozenset(mutant.after if answer == mutant.before else answer for answer in self.answers)
        try:
            return _resealed(_with(mutant.submission(self.reference), answers, variant.difference))
        except AuthoringError:
            return None

    def in_form_of(self, variant: AcceptedVariant | WrongAnswer, wrong: WrongAnswer) -> Submission | None:
        """The mistake of somebody who writes as the variant does, or makes that one, too.

        `None` where both change the same text, or the variant has something else where the mistake is.
        """
        if any(self._is_gone(old, variant.difference.definitions) for old in wrong.difference.changes):
            return None
        try:
            made = _with(self.reference, self.answers, variant.difference, wrong.difference)
        except AuthoringError:
            return None
        return _resealed(replace(made, student=wrong.name, files=wrong.submission.files))

    def change_one_thing(self, variant: AcceptedVariant, wrong: WrongAnswer) -> bool:
        """Whether both change lines of the same function or class: there they can act on each other."""
        one, other = (
            {(answer, function.partition(".")[0]) for answer, function in self.places(each.difference)}
            for each in (variant, wrong)
        )
        return not one.isdisjoint(other)

    def places(self, difference: Difference) -> set[tuple[str, str]]:
        """The answers of which a difference changes lines, each with the function that these stand in."""
        return {
            (answer, function_of(answer, old))
            for answer in self.answers
            for old in difference.changes
            if old in answer
        }

    def _is_gone(self, text: str, definitions: str) -> bool:
        """Whether definitions replace the function in which a text of the answers stands, and lack it."""
        return text not in definitions and any(
            replaces(definitions, function_of(answer, text)) for answer in self.answers if text in answer
        )

    def combinations(self, rubric: Rubric) -> dict[str, Submission]:
        """For each combination of the rubric's axes the submission that defines it, the reference first."""
        chosen = {"reference": self.reference}
        for axes in rubric.combinations()[1:]:
            names = [v for v in self.accepted if v.axes and _whole(v.axes, rubric) == axes]
            if len(names) != 1:
                raise AuthoringError(
                    f"accepted/: {len(names)} variants have AXES = {axes}, but each needs exactly one."
                )
            chosen[f"accepted/{names[0].name}"] = names[0].submission
        return chosen


def read_bank(assignment: Assignment, rubric: Rubric, policy: Policy) -> Bank:
    """Read the lab's solution folder.

    Raises:
        AuthoringError: names the file and line that cannot be used.
    """
    master = read_master(assignment.master)
    handed_in = _files(assignment.solution_dir / "files")
    reference = _reference(assignment, master, policy, handed_in)
    answers = frozenset(solved_source(cell) for cell in master.cells if cell.tasks and cell.kind == "code")
    stub = _submission("stub", _cells(assignment.notebook.read_bytes(), assignment, policy), {})
    wrong = tuple(
        _wrong(path, reference, answers, rubric)
        for path in sorted((assignment.solution_dir / "wrong").glob("*.py"))
    )
    accepted = tuple(
        _accepted(path, reference, answers, rubric)
        for path in sorted((assignment.solution_dir / "accepted").glob("*.py"))
    )
    return Bank(reference, stub, wrong, accepted, mutants_of(master, rubric), answers)


def _reference(
    assignment: Assignment, master: Master, policy: Policy, files: Mapping[str, bytes]
) -> Submission:
    text = solved_notebook(master, assignment.name)
    return _submission("reference", _cells(text.encode(), assignment, policy), files)


def _cells(notebook: bytes, assignment: Assignment, policy: Policy) -> tuple[Cell, ...]:
    return cells_from_notebook(notebook, assignment.notebook.name, policy)


def _submission(name: str, cells: tuple[Cell, ...], files: Mapping[str, bytes]) -> Submission:
    digest = hashlib.sha256()
    for cell in cells:
        digest.update(f"{cell}\0".encode())
    for path, data in sorted(files.items()):
        digest.update(f"{path}\0{len(data)}\0".encode() + data)
    return Submission(student=name, name=name, sha256=digest.hexdigest(), cells=cells, files=dict(files))


def _wrong(path: Path, reference: Submission, answers: frozenset[str], rubric: Rubric) -> WrongAnswer:
    tree = _parse(path)
    hint = ast.get_docstring(tree)
    loses = _constant(path, tree, "LOSES")
    if not hint:
        raise AuthoringError(
            f"{path}:1: a wrong answer needs a docstring: it is the hint that students read."
        )
    if not isinstance(loses, set) or not loses:
        raise AuthoringError(f'{path}:1: a wrong answer says what it loses: LOSES = {{"1.2"}}.')
    if unknown := sorted(loses - set(rubric.tasks)):
        raise AuthoringError(f"{path}:1: LOSES names {unknown[0]}, which is no task of the rubric.")
    difference = _difference(path, tree)
    changed = _with(reference, answers, difference)
    if hand_in := _function(path, tree, "hand_in"):
        changed = replace(changed, files=_handed_in(path, hand_in, reference))
    return WrongAnswer(path.stem, hint, frozenset(loses), _resealed(changed), difference)


def _handed_in(
    path: Path, hand_in: Callable[[dict[str, bytes]], dict[str, bytes]], reference: Submission
) -> dict[str, bytes]:
    try:
        return hand_in(dict(reference.files))
    except Exception as error:
        lines = [
            n for frame, n in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == str(path)
        ]
        line = lines[-1] if lines else 1
        raise AuthoringError(f"{path}:{line}: hand_in raises {type(error).__name__}: {error}.") from error


def _accepted(path: Path, reference: Submission, answers: frozenset[str], rubric: Rubric) -> AcceptedVariant:
    tree = _parse(path)
    axes = _table(path, tree, "AXES")
    for axis, value in axes.items():
        if value not in rubric.axes.get(axis, ()):
            raise AuthoringError(f"{path}:1: AXES has {axis}: {value}, which the rubric's axes do not have.")
    difference = _difference(path, tree)
    return AcceptedVariant(path.stem, _resealed(_with(reference, answers, difference)), difference, axes)


def _whole(axes: Mapping[str, str], rubric: Rubric) -> dict[str, str]:
    return {axis: axes.get(axis, values[0]) for axis, values in rubric.axes.items()}


def _difference(path: Path, tree: ast.Module) -> Difference:
    defines = not all(_only_describes(node) for node in tree.body)
    changes = _table(path, tree, "CHANGES")
    return Difference(path, changes, path.read_text(encoding="utf-8") if defines else "")


def _with(reference: Submission, answers: frozenset[str], *differences: Difference) -> Submission:
    """The reference with these differences: each one's changes apply to the others' definitions, too."""
    last = differences[-1]
    name = f"{last.path.parent.name}/{last.path.name}"
    cells = [cell for cell in reference.cells if cell.source in answers]
    own = [Cell(f"{d.path.parent.name}/{d.path.name}", None, d.definitions) for d in differences]
    sources = {id(cell): cell.source for cell in (*cells, *own)}
    for difference, definitions in zip(differences, own, strict=True):
        for old, new in difference.changes.items():
            count = sum(sources[id(cell)].count(old) for cell in cells)
            if count != 1:
                raise AuthoringError(
                    f"{difference.path}:1: CHANGES has {old!r}, which occurs {count} times in the "
                    "reference's answers, not once."
                )
            for cell in (*cells, *own):
                if cell is not definitions:
                    sources[id(cell)] = sources[id(cell)].replace(old, new)
    changed = [replace(cell, source=sources.get(id(cell), cell.source)) for cell in reference.cells]
    changed += [replace(cell, source=sources[id(cell)]) for cell in own if cell.source]
    return replace(reference, student=last.path.stem, name=name, cells=tuple(changed))


def _only_describes(node: ast.stmt) -> bool:
    """Whether a statement of a bank's file only speaks about it, and is nothing to run."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id in ("LOSES", "AXES", "CHANGES")
    if isinstance(node, ast.FunctionDef):
        return node.name == "hand_in"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _resealed(submission: Submission) -> Submission:
    fresh = _submission(submission.name, submission.cells, submission.files)
    return replace(submission, sha256=fresh.sha256)


def _files(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _parse(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    except SyntaxError as error:
        raise AuthoringError(f"{path}:{error.lineno}: {error.msg}.") from error


def _constant(path: Path, tree: ast.Module, name: str) -> Any:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == name for t in node.targets
        ):
            try:
                return ast.literal_eval(node.value)
            except ValueError as error:
                raise AuthoringError(f"{path}:{node.lineno}: {name} must be a literal.") from error
    return None


def _table(path: Path, tree: ast.Module, name: str) -> dict[str, str]:
    table = _constant(path, tree, name) or {}
    if not isinstance(table, dict):
        raise AuthoringError(f'{path}:1: {name} is a dict of texts: {name} = {{"...": "..."}}.')
    return table


def _function(
    path: Path, tree: ast.Module, name: str
) -> Callable[[dict[str, bytes]], dict[str, bytes]] | None:
    """The function `name` of our own file, with the file's imports but without the rest of it."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            namespace: dict[str, Any] = {"__file__": str(path)}
            exec(compile(ast.Module([node], []), str(path), "exec"), namespace)
            return namespace[name]  # type: ignore[no-any-return]
    return None
