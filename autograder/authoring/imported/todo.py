"""What a person must still do about an imported notebook. Trusted side, pure."""

import ast
import importlib.util
import re
from collections.abc import Iterator, Mapping, Sequence

from autograder.authoring.imported.asked import Questions
from autograder.authoring.imported.parts import Given, Imported
from autograder.submission.magics import without_magics

_FILE = re.compile(r"[\w./-]+\.(?:csv|tsv|txt|json|npy|npz|pkl|parquet|xlsx|png|jpe?g|gif|svg|py)\b")


def todo(imported: Imported, asked: Mapping[str, Sequence[Questions]]) -> Iterator[str]:
    """A sentence for each thing that was left to a person; `asked` is what was found in each task's tests."""
    for task, question in imported.questions().items():
        who = f"Task {task} ({question.name})"
        if not question.points:
            yield f"{who} has no points, and gets 1: say in the rubric how many."
        if question.written:
            yield f"{who} is written: say in its rubric items, in the master, what each point is for."
            continue
        found = [one for questions in asked[task] for one in questions.asked]
        for line in (line for questions in asked[task] for line in questions.left):
            yield f"{who}: a test is no comparison of what a call gives, so write a grader for: {line}"
        if not any(one.hidden for one in found):
            yield f"{who} has no secret case: students hold all of its {len(found)}, so write some."
        elif all(one.hidden for one in found):
            yield f"{who} has no sample case: students cannot check it."
    yield "No wrong answer is known: write the likely ones into wrong/, so that verify proves something."
    if named := sorted({name for source in _sources(imported) for name in _FILE.findall(source)}):
        yield f"Files that it names, to be put where grading finds them: {', '.join(named)}."
    roots = {name.split(".")[0] for name in _modules(imported)}
    if lacking := sorted(root for root in roots if importlib.util.find_spec(root) is None):
        yield f"Not installed here: {', '.join(lacking)}; name what students may import as `packages`."


def names_imported(imported: Imported) -> set[str]:
    """The names that the notebook's imports bind, which are no student's work."""
    nodes = _import_nodes(imported)
    return {(alias.asname or alias.name).split(".")[0] for node in nodes for alias in node.names}


def _modules(imported: Imported) -> Iterator[str]:
    for node in _import_nodes(imported):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif node.module:
            yield node.module


def _import_nodes(imported: Imported) -> Iterator[ast.Import | ast.ImportFrom]:
    for source in _sources(imported):
        try:
            tree = ast.parse(without_magics(source))
        except SyntaxError:
            continue
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


def _sources(imported: Imported) -> list[str]:
    """Its code, without the tests."""
    given = [part.source for part in imported.parts if isinstance(part, Given)]
    return given + [a for one in imported.questions().values() if not one.written for a in one.answers]
