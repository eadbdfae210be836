"""An imported notebook as the files of a lab, and what a person must still do. Trusted side, pure."""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from autograder.authoring.imported.asked import Questions, asked_by
from autograder.authoring.imported.nbgrader import is_nbgrader, read_nbgrader
from autograder.authoring.imported.otter import is_otter, read_otter
from autograder.authoring.imported.parts import Given, Imported, Question, Text
from autograder.authoring.imported.todo import names_imported, todo
from autograder.authoring.master import heading
from autograder.course.layout import Assignment, CourseError
from autograder.course.rubric import Task

_LINE = 20_000  # characters; what looks for marks in a line takes the square of its length


def read_imported(path: Path) -> Imported:
    """An author's notebook for Otter or nbgrader.

    Raises:
        CourseError: it is no notebook, or neither kind, or asks nothing.
    """
    import nbformat  # slow to import

    try:
        cells = nbformat.read(path, as_version=4).cells  # type: ignore[no-untyped-call]
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from error
    except Exception as error:  # nbformat lets through whatever JSON and its own schema raise
        raise CourseError(f"{path} is no notebook: {str(error).split(chr(10))[0]}") from error
    if any(len(line) > _LINE for cell in cells for line in cell.source.splitlines()):
        raise CourseError(f"{path} has a line of more than {_LINE:,} characters, which no person wrote.")
    if not is_otter(cells) and not is_nbgrader(cells):
        raise CourseError(
            f"{path} is neither a notebook for otter assign (raw cells # BEGIN QUESTION) nor a source "
            "notebook of nbgrader (cells whose metadata says grade or solution)."
        )
    imported = read_otter(cells) if is_otter(cells) else read_nbgrader(cells)
    if not imported.questions():
        raise CourseError(f"{path} asks nothing of students.")
    return imported


def lab_files(imported: Imported, lab: Assignment) -> tuple[dict[Path, str], list[str]]:
    """The lab's files by path, and what is still to be done, a sentence each."""
    found = _found(imported)
    silent = [task for task, questions in found.items() if not any(one.asked for one in questions)]
    imported = imported.left_to_a_person(silent)
    asked = {task: questions for task, questions in found.items() if task not in silent}
    tasks = {task: _task(question) for task, question in imported.questions().items()}
    texts = {
        lab.rubric: _rubric(lab.name, tasks),
        lab.master: _master(imported, tasks),
        lab.probes: _probes(asked, imported),
    }
    if asked:
        texts[lab.graders] = _graders(lab.name, asked, imported)
    for task, questions in asked.items():
        for path, text in _cases(task, questions, lab):
            texts[path] = text
    return texts, [*imported.todo, *todo(imported, asked)]


def _found(imported: Imported) -> dict[str, list[Questions]]:
    """What the tests of each question that a machine grades ask, by task."""
    imports = names_imported(imported)
    helpers: list[ast.stmt] = []
    found: dict[str, list[Questions]] = {}
    for task, question in imported.questions().items():
        if not question.written:
            found[task] = []
            for test in question.tests:
                found[task].append(asked_by(test, imports, helpers))
                helpers += found[task][-1].helpers
    return found


def _task(question: Question) -> Task:
    kind: Any = "written" if question.written else "code"
    return Task(title=_title(question), kind=kind, points=question.points or 1)


def _title(question: Question) -> str:
    """The question's own name, as words."""
    return re.sub(r"[_\W]+", " ", question.name).strip().capitalize() or "Question"


def _probe(task: str) -> str:
    return f"question_{task}"


def _rubric(name: str, tasks: dict[str, Task]) -> str:
    lines = [f"title = {_toml(name.replace('_', ' ').capitalize())}"]
    for task, of in tasks.items():
        lines += ["", f'[tasks."{task}"]', f"title = {_toml(of.title)}", f'kind = "{of.kind}"']
        lines += [f"points = {of.points:g}"]
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    """A string of TOML, which knows no surrogates."""
    return json.dumps(text, ensure_ascii=False)


def _master(imported: Imported, tasks: dict[str, Task]) -> str:
    cells: list[str] = []
    number = 0
    for index, part in enumerate(imported.parts, 1):
        if isinstance(part, Text):
            cells.append(_cell(f"text-{index}", part.source, (), "markdown"))
        elif isinstance(part, Given):
            cells.append(_cell(f"given-{index}", part.source))
        else:
            number += 1
            cells += _question(str(number), part, tasks[str(number)])
    return "\n\n".join(cells) + "\n"


def _question(task: str, question: Question, of: Task) -> Iterator[str]:
    head = f"## {task} {of.title}  {heading(of)}"
    yield _cell(f"task-{task}", f"{head}\n\n{question.text}".strip(), (), "markdown")
    if question.written:
        answer = "\n\n".join(question.answers).strip() or "(a reference answer is still to be written)"
        item = f"- [ ] ({of.points:g} points) answers as the reference does"
        inside = f"<!-- BEGIN SOLUTION -->\n{answer}\n\n{item}\n<!-- END SOLUTION -->"
        yield _cell(f"answer-{task}", inside, ("written", f"task-{task}"), "markdown")
    else:
        for index, source in enumerate(question.answers, 1):
            yield _cell(f"answer-{task}-{index}", source, (f"task-{task}",))


def _cell(name: str, source: str, tags: Sequence[str] = (), kind: str = "code") -> str:
    about = f' id="{name}"' + (f" tags={json.dumps(list(tags))}" if tags else "")
    lines = re.split(r"\r\n?|\n", source.rstrip())
    if kind == "markdown":  # a line of it that begins with %% would begin a cell, and so would a comment
        lines = [f"# {line}".rstrip() for line in (re.sub(r"^(\s*)%%", r"\1\\%%", line) for line in lines)]
        return "\n".join([f"# %% [markdown]{about}", *lines])
    from jupytext.magics import comment_magic

    lines = [re.sub(r"^(\s*#+)\s*%%", r"\1 . %%", line) for line in lines]
    return "\n".join([f"# %%{about}", *comment_magic(lines)])


def _probes(asked: dict[str, list[Questions]], imported: Imported) -> str:
    text = files("autograder.authoring").joinpath("skeleton/asking.txt").read_text("utf-8")
    for task in asked:
        told = f"What the tests of {_title(imported.questions()[task])} compare."
        text += (
            f'\n\ndef {_probe(task)}(ns, case):\n    """{told}"""\n    return {{"value": asked(ns, case)}}\n'
        )
    return text


def _graders(name: str, asked: dict[str, list[Questions]], imported: Imported) -> str:
    text = f'"""Judges {name}. Trusted side."""\n\nfrom autograder.judging import assert_close, probe, task\n'
    for task in asked:
        title = _title(imported.questions()[task])
        slug = f"{task}_{re.sub('[^a-z0-9]+', '_', title.lower())}"
        hint = json.dumps(f"Look again at {title}.")
        text += (
            f'\n\n@task("{task}")\n@probe("{_probe(task)}")\n'
            f"def test_{slug}_gives_what_it_should(answer, expected):\n"
            f'    assert_close(answer["value"], expected["value"], hint={hint})\n'
        )
    return text


def _cases(task: str, questions: Sequence[Questions], lab: Assignment) -> Iterator[tuple[Path, str]]:
    for number, one in enumerate((one for found in questions for one in found.asked), 1):
        folder = lab.secret_dir if one.hidden else lab.sample_dir
        case = {"probe": _probe(task), "asked": one.expression, "needs": one.needs, "given": one.given}
        text = json.dumps({"schema": "case/1", **case}, indent=1) + "\n"
        yield folder / f"question_{task}_{number:02}.json", text
