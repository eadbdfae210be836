"""A notebook for `otter assign`: raw cells say where a question begins. Trusted side, pure."""

import ast
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from autograder.authoring.imported.parts import Given, Imported, Part, Question, Test, Text
from autograder.authoring.imported.regions import as_words, marked, without_prompts
from autograder.course.layout import CourseError

_CONTROL = re.compile(r"#\s*(ASSIGNMENT CONFIG|(?:BEGIN|END)(?: [A-Z]+){1,4})[ \t]*(?:\n|$)", re.I)
_CONFIG = re.compile(
    r'\s*"""\s*#\s*BEGIN TEST CONFIG[ \t]*\n(.*?)"""\s*#\s*END TEST CONFIG\s*\n?', re.S | re.I
)
_SOLUTION = re.compile(r"\*\*SOLUTION:?\*\*:?\s*", re.IGNORECASE)


def is_otter(cells: Sequence[Any]) -> bool:
    """Whether any raw cell begins a question."""
    return any(_control(cell)[0] == "BEGIN QUESTION" for cell in cells)


def read_otter(cells: Sequence[Any]) -> Imported:
    """The parts of the notebook.

    Raises:
        CourseError: a raw cell is no YAML, or a question does not end.
    """
    parts: list[Part] = []
    todo: list[str] = []
    block: list[Any] | None = None  # the cells of the question that has begun
    config: dict[str, Any] = {}
    for cell in cells:
        word, said = _control(cell)
        if word == "ASSIGNMENT CONFIG":
            todo += _of_the_assignment(said)
        elif word == "BEGIN QUESTION":
            block, config = [], said
        elif word == "END QUESTION" and block is not None:
            parts.append(_question(config, block, todo))
            block = None
        elif block is not None:
            block.append(cell)
        elif cell.cell_type == "markdown":
            parts.append(Text(cell.source))
        elif cell.cell_type == "code" and (source := without_prompts(cell.source)):
            parts.append(Given(source))
        elif word:
            todo.append(f"A raw cell says {word}, which has no counterpart here: it is left out.")
    if block is not None:
        raise CourseError(f"Question {config.get('name', '')} has no raw cell END QUESTION.")
    return Imported(tuple(parts), tuple(todo))


def _control(cell: Any) -> tuple[str, dict[str, Any]]:
    """What a raw cell says, and the YAML below it."""
    found = _CONTROL.match(cell.source.strip()) if cell.cell_type == "raw" else None
    if found is None:
        return "", {}
    return found[1].upper(), _yaml(cell.source.strip()[found.end() :])


class _WithoutAliases(yaml.SafeLoader):  # type: ignore[misc]
    """No text of a few lines becomes gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("it has an alias")
        return super().compose_node(parent, index)


def _yaml(text: str) -> dict[str, Any]:
    try:
        said = yaml.load(text, _WithoutAliases)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CourseError(
            f"A raw cell of the notebook is no YAML: {' '.join(str(error).split())}."
        ) from error
    return said if isinstance(said, dict) else {}


def _of_the_assignment(config: Mapping[str, Any]) -> list[str]:
    told = {
        "files": "Students are given {}: put what they need beside the notebook, into assignments/.",
        "seed": "The notebook's seed ({}) is not taken over: each probe begins with one of its own.",
        "requirements": "It asks for packages ({}): name those as `packages` in the rubric.",
        "variables": "It compares the types of variables ({}): write a grader where that matters.",
    }
    return [text.format(config[name]) for name, text in told.items() if config.get(name)]


def _question(config: Mapping[str, Any], cells: Sequence[Any], todo: list[str]) -> Question:
    name = str(config.get("name", "question"))
    where = "text"
    texts: dict[str, list[str]] = {"text": [], "PROMPT": [], "SOLUTION": [], "TESTS": []}
    code: list[str] = []
    tests: list[tuple[Test, float | None]] = []
    for cell in cells:
        word, _ = _control(cell)
        if word:
            where = word.removeprefix("BEGIN ") if word.startswith("BEGIN ") else "text"
        elif where == "TESTS" and cell.cell_type == "code":
            tests.append(_test(cell.source))
        elif cell.cell_type == "markdown":
            texts.setdefault(where, []).append(cell.source)
        elif cell.cell_type == "code" and where != "PROMPT":
            code.append(cell.source)
    own = [points for _, points in tests if points is not None]
    points = _points(config.get("points"), len(tests)) or sum(own) or 1.0
    if len(set(own)) > 1:
        todo.append(f"{name}: its tests have points of their own ({own}): give shares to the graders.")
    text = "\n\n".join(texts["text"])
    if config.get("manual") or not code:
        answer = [_SOLUTION.sub("", source) for source in texts["SOLUTION"]]
        answer += map(as_words, code)
        return Question(name, points, tuple(answer), text=text, written=True)
    answers = tuple(marked(source) for source in code)
    return Question(name, points, answers, tuple(test for test, _ in tests), text)


def _points(said: Any, tests: int) -> float:
    if isinstance(said, Mapping):
        return float(said.get("total", said.get("each", 0) * max(1, tests)))
    return float(sum(said)) if isinstance(said, list) else float(said or 0)


def _test(source: str) -> tuple[Test, float | None]:
    """A test's code, where it is a function the inside of it, and its own points if it has any."""
    config: dict[str, Any] = {}
    if found := _CONFIG.match(source):
        config, source = _yaml(found[1]), source[found.end() :]
    source = without_prompts(source)
    hidden = bool(config.get("hidden")) or bool(re.match(r"#\s*HIDDEN", source))
    try:
        body = ast.parse(source).body
    except SyntaxError:
        body = []
    if len(body) == 1 and isinstance(body[0], ast.FunctionDef):
        source = "\n".join(ast.unparse(statement) for statement in body[0].body)
    lines = frozenset(range(1, source.count("\n") + 2)) if hidden else frozenset()
    points = config.get("points")
    return Test(source, lines), None if points is None else float(points)
