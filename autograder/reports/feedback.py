"""What a student reads about one task's sample cases: as text and as HTML. Trusted side."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from autograder.results.schema import TaskResult, TestResult

PROMISE = "Secret cases decide about the points: the same checks on inputs that you have not seen."
OURS = "the check itself failed. That is not your fault: tell those who teach the course, with your answer."
NO_SAMPLES = "This task has no sample cases: secret cases alone decide about it."
_COLOURS = {True: "#1a7f37", False: "#cf222e"}


@dataclass(frozen=True)
class Line:
    """One grader over all its cases: what went wrong first, and on which case."""

    name: str
    passed: bool
    said: str  # "three_classes: values differ, ..."
    hint: str


def lines_of(task: TaskResult) -> list[Line]:
    """One line for each grader, in the graders' order. What is said twice, or hinted at, is told once."""
    tests: dict[str, list[TestResult]] = {}
    for test in task.tests:
        tests.setdefault(test.name, []).append(test)
    lines: list[Line] = []
    told = {task.hint} if task.hint else set()
    for name, cases in tests.items():
        wrong = next((test for test in cases if test.status != "passed"), None)
        message = OURS if wrong and wrong.status == "internal" else wrong.message if wrong else ""
        said = f"{wrong.case}: {message}".removeprefix(": ") if wrong else ""
        again = bool(said) and said in told
        hint = wrong.hint if wrong and not again and wrong.hint not in told else ""
        lines.append(Line(name, wrong is None, "as above" if again else said, hint))
        told |= {said, hint}
    return lines


def feedback_text(task: TaskResult, following: str = "") -> str:
    """Plain text for a terminal, with a final newline; `following` is the task to go on with."""
    lines = lines_of(task)
    right = sum(line.passed for line in lines)
    title = f"{task.id} {task.title}"
    text = [f"{title:<60} sample cases: {right} of {len(lines)} checks"]
    text += _indented(_cause(task))
    for line in lines:
        text.append(f"  {'ok' if line.passed else 'x '} {line.name}")
        text += [*_indented(line.said), *_indented(line.hint)]
    text += _indented(task.why)
    text.append(f"  {PROMISE if lines else NO_SAMPLES}{_onward(lines, following)}")
    return "\n".join(text) + "\n"


def feedback_html(task: TaskResult, following: str = "") -> str:
    """A fragment for Jupyter: no script, no outside style; colours that work on light and dark pages."""
    lines = lines_of(task)
    right = sum(line.passed for line in lines)
    rows = "".join(_row(line) for line in lines)
    told = _cause(task)
    cause = f"<p style='margin:.4em 0'>{escape(told)}</p>" if told else ""
    colour = _COLOURS[right == len(lines)] if lines else "#57606a"
    return (
        f"<div style='border-left:4px solid {colour};padding:.3em 1em;font-family:system-ui,sans-serif'>"
        f"<strong>{escape(task.id)} {escape(task.title)}</strong>"
        f"<span style='opacity:.75'> — sample cases: {right} of {len(lines)} checks</span>"
        f"{cause}<ul style='list-style:none;padding:0;margin:.4em 0'>{rows}</ul>"
        f"<small style='opacity:.75'>{PROMISE if lines else NO_SAMPLES}"
        f"{escape(_onward(lines, following))}</small></div>"
    )


def summary_text(tasks: Sequence[TaskResult]) -> str:
    """Which tasks pass their sample cases, and which comes next."""
    judged = [task for task in tasks if task.kind != "written"]
    passed = [task for task in judged if task.status == "passed"]
    waiting = [task for task in judged if task.status != "passed"]
    text = f"{len(passed)} of {len(judged)} tasks pass their sample cases."
    return text + (f" Next: {waiting[0].id} {waiting[0].title}.\n" if waiting else "\n")


def _onward(lines: Sequence[Line], following: str) -> str:
    """Where to go on, once everything passes."""
    return f" Next: {following}." if following and all(line.passed for line in lines) else ""


def _cause(task: TaskResult) -> str:
    """The mistake or the difference that explains the rest: it comes first."""
    if task.misconception:
        return f"This is what one gets when: {' '.join(task.hint.split())}"
    return task.difference


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, 96, initial_indent="     ", subsequent_indent="     ", break_on_hyphens=False)


def _row(line: Line) -> str:
    mark = f"<b style='color:{_COLOURS[line.passed]}'>{'✓' if line.passed else '✗'}</b>"
    said = f"<br><code style='margin-left:1.4em'>{escape(line.said)}</code>" if line.said else ""
    hint = f"<br><span style='margin-left:1.4em'>{escape(line.hint)}</span>" if line.hint else ""
    return f"<li style='margin:.2em 0'>{mark} {escape(line.name)}{said}{hint}</li>"
