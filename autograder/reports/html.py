"""The class page and a page for each student, self-contained HTML. Trusted side.

What comes from students (names, messages, sentences about their files) is hostile: the templates escape
all of it, and each page forbids itself the network and all scripts but our own.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from statistics import mean, median
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder.course.rubric import Rubric
from autograder.course.whole import written_whole
from autograder.grading.provenance import read_made
from autograder.reports import charts, summary
from autograder.reports.changes import Change, changes, remember, scores_of
from autograder.reports.roll import notes
from autograder.reports.similarity import Likeness, kept
from autograder.reports.statistics import task_statistics
from autograder.reports.unexplained import unexplained
from autograder.results.schema import Environment as Machine
from autograder.results.schema import Result

# A script of ours sorts and filters tables, in the pages of a class alone; they allow this one by its hash.
_SCRIPT = files("autograder.reports").joinpath("templates/table.js").read_text(encoding="utf-8")
_CODE = re.compile(r"`([^`\n]+)`")


def write_report(results: Sequence[Result], rubric: Rubric, out: Path) -> Path:
    """Write `out/report/index.html` and beside it a page for each student; return the former.

    `out/last.json` keeps the points, so that the next report can say what changed.
    """
    folder = out / "report"
    folder.mkdir(parents=True, exist_ok=True)
    pages = templates({result.student: result.shown for result in results})
    for result in results:
        page = pages.get_template("student.html.j2").render(result=result, rubric=rubric)
        with written_whole(folder / f"{result.student}.html") as unfinished:
            unfinished.write_text(page, encoding="utf-8")
    index = folder / "index.html"
    changed = changes(remember(results, out / "last.json"), scores_of(results))
    alike, said = kept(out / "alike.json"), notes(out, results)
    text = _class_page(pages, results, rubric, changed, seconds_of(results, out), alike, said)
    with written_whole(index) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    return index


def seconds_of(results: Sequence[Result], out: Path) -> dict[str, float]:
    """How long each submission took to record, where that was noted."""
    made = {result.student: read_made(out, result.student) for result in results}
    return {student: note.seconds for student, note in made.items() if note and note.seconds}


def _class_page(
    pages: Environment,
    results: Sequence[Result],
    rubric: Rubric,
    changed: Sequence[Change],
    seconds: Mapping[str, float],
    alike: Sequence[Likeness],
    told: Sequence[str],
) -> str:
    tasks = summary.task_summaries(results, rubric)
    # A score says nothing about somebody whom we failed to grade.
    graded = [result for result in results if not summary.has_internal(result)]
    scores = [result.score for result in graded]
    script, script_hash = allowed_script()
    return pages.get_template("class.html.j2").render(
        results=results,
        rubric=rubric,
        tasks=tasks,
        machines=list(dict.fromkeys(result.environment for result in results)),
        mean=mean(scores) if scores else None,
        median=median(scores) if scores else None,
        internal=[result for result in results if summary.has_internal(result)],
        waiting=[task for task in tasks if task.pending],
        misconceptions=summary.misconceptions(results),
        requests=summary.requests_in(results),
        unexplained=unexplained(results),
        histogram=charts.score_histogram(graded),
        means=charts.task_means(tasks),
        statistics=[one for one in task_statistics(results) if one.graded],
        changed=changed,
        alike=alike,
        notes=told,
        slowest=sorted(seconds.items(), key=lambda pair: -pair[1])[:5],
        typical=median(seconds.values()) if seconds else None,
        script=script,
        script_hash=script_hash,
    )


def templates(names: Mapping[str, str]) -> Environment:
    """The pages' templates, with everything from students escaped; `names` are what students are called."""
    environment = Environment(
        loader=PackageLoader("autograder.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["who"] = lambda student: summary.plain(names.get(student, student))
    environment.filters.update(
        points=summary.points, spoken=summary.spoken, plain=summary.plain, inline=_inline
    )
    environment.globals.update(
        status_words=summary.STATUS_WORDS,
        status_line=summary.status_line,
        graders=summary.grader_summaries,
        faults=summary.faults,
        machine=_machine,
        link=lambda student: "./" + quote(f"{student}.html"),
    )
    return environment


def allowed_script() -> tuple[Markup, str]:
    """The script that sorts and filters tables, and the hash by which a page allows it."""
    digest = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    return Markup(_SCRIPT), f"sha256-{digest}"


def _machine(machine: Machine) -> str:
    return f"Python {machine.python} · torch {machine.torch} · NumPy {machine.numpy} · {machine.platform}"


def _inline(text: str) -> Markup:
    """Escaped text, with what stands between backticks set as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))
