"""The course over all its labs: a table, a page, and a page for each student. Trusted side.

Names come from students and platforms and are hostile text: the templates escape them, `disarmed` the CSV.
"""

import csv
import io
import os
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean, median
from urllib.parse import quote

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.course.layout import Course, CourseError
from autograder.course.rubric import read_rubric
from autograder.course.whole import written_whole
from autograder.reports import charts
from autograder.reports.html import allowed_script, templates
from autograder.reports.store import results_without_totals
from autograder.reports.summary import has_internal, plain, points
from autograder.reports.table import disarmed
from autograder.results.class_list import Student, class_of, names_of, with_download
from autograder.results.late_days import read_rules
from autograder.results.over_course import CourseRules, GradedLab, OfOne, Standing, standings


def read_course_rules(path: Path) -> CourseRules:
    """The course's rules; the usual ones where there is no such file.

    Raises:
        CourseError: it is no TOML, or says what no rule is; says where and why.
    """
    try:
        return CourseRules.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return CourseRules()
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{path} is not TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise CourseError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error


def read_labs(course: Course, folders: Sequence[Path]) -> list[GradedLab]:
    """The labs whose gradings lie in these folders.

    Raises:
        CourseError: a folder holds no results, or those of no lab of the course.
    """
    return [_graded(course, folder) for folder in folders]


def _graded(course: Course, folder: Path) -> GradedLab:
    results = results_without_totals(folder)
    name = results[0].assignment
    rubric = read_rubric(course.assignment(name).rubric)
    return GradedLab(name, rubric, read_rules(folder), results, class_of(folder), folder)


def course_standings(labs: Sequence[GradedLab], rules: CourseRules) -> list[Standing]:
    """Every student over all labs, by the key that they have in all of them.

    Raises:
        CourseError: the labs' classes come from platforms whose ids mean different people.
    """
    everybody: tuple[Student, ...] = ()
    for lab in labs:
        everybody = with_download(everybody, lab.students)
    return standings(labs, rules, names_of(everybody))


def write_course(found: Sequence[Standing], labs: Sequence[GradedLab], rules: CourseRules, out: Path) -> Path:
    """Write `out/course.csv`, `out/index.html` and a page for each student; return the class page."""
    out.mkdir(parents=True, exist_ok=True)
    with written_whole(out / "course.csv") as unfinished:
        unfinished.write_text(course_csv(found, labs), encoding="utf-8-sig")
    pages = templates({one.student: one.name for one in found})
    pages.globals.update(links=lambda of: _link(of, out), weight=lambda lab: rules.weight(lab.name))
    script, script_hash = allowed_script()
    percents = [one.percent for one in found]
    index = out / "index.html"
    text = pages.get_template("course.html.j2").render(
        standings=found,
        labs=labs,
        rules=rules,
        mean=mean(percents) if percents else None,
        median=median(percents) if percents else None,
        histogram=charts.share_histogram([one.percent / 100 for one in found]),
        means=charts.lab_means(_means(found, labs)),
        waiting={lab.name for lab in labs if any(map(_waits, lab.results))},
        script=script,
        script_hash=script_hash,
    )
    with written_whole(index) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    for one in found:
        text = pages.get_template("course_student.html.j2").render(standing=one, rules=rules, waits=_waits)
        with written_whole(out / f"{one.student}.html") as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    return index


def course_csv(found: Sequence[Standing], labs: Sequence[GradedLab]) -> str:
    """The course as CSV: student, name, one column a lab, late days, percent; empty where nothing came."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["student", "name", *(lab.name for lab in labs), "late_days", "free_days", "percent"])
    for one in found:
        scores = ["" if of.result is None else points(of.result.score) for of in one.labs]
        days = [one.late_days, one.free_days]
        writer.writerow([disarmed(one.student), disarmed(one.name), *scores, *days, points(one.percent)])
    return out.getvalue()


def print_course(
    found: Sequence[Standing], labs: Sequence[GradedLab], rules: CourseRules, console: Console
) -> None:
    """Print the course, one row a student, one column a lab."""
    table = Table(box=None, pad_edge=True, padding=(0, 1), header_style="dim")
    table.add_column("student", no_wrap=True, overflow="ellipsis", max_width=24)
    for lab in labs:
        table.add_column(f"{lab.name} ×{points(rules.weight(lab.name))}", justify="right", overflow="fold")
    table.add_column("late days", justify="right")
    table.add_column("percent", justify="right", no_wrap=True)
    for one in found:
        cells = [_cell(of) for of in one.labs]
        late = f"{one.late_days}" + (f" ({one.free_days} free)" if one.free_days else "")
        table.add_row(Text(plain(one.name)), *cells, late if one.late_days else "", points(one.percent))
    console.print("", table, "", sep="\n")


def _cell(of: OfOne) -> Text:
    if of.result is None:
        return Text("–", style="dim")
    style = "bold red" if has_internal(of.result) else "dim" if _waits(of.result) else ""
    return Text(f"{points(of.result.score)}/{points(of.result.max_score)}", style=style)


def _waits(result: object) -> bool:
    return any(task.status == "pending" for task in getattr(result, "tasks", ()))


def _means(found: Sequence[Standing], labs: Sequence[GradedLab]) -> Iterator[tuple[str, float]]:
    """The mean part of each lab's points, over those who handed in."""
    for number, lab in enumerate(labs):
        results = [of.result for one in found if (of := one.labs[number]).result is not None]
        shares = [result.score / result.max_score for result in results if result and result.max_score]
        yield lab.rubric.title, mean(shares) if shares else 0.0


def _link(of: OfOne, out: Path) -> str:
    """The way from the course's pages to a student's page of one lab; empty where there is none."""
    page = of.lab.folder / "report" / f"{of.result.student}.html" if of.result else None
    if page is None or not page.exists():
        return ""
    return quote(os.path.relpath(page.resolve(), out.resolve()).replace(os.sep, "/"))
