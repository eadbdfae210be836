"""The class page and the students' pages."""

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograder.reports.charts import score_histogram, task_means
from autograder.reports.html import write_report
from autograder.reports.summary import task_summaries
from autograder.results.schema import ItemResult
from tests.reports.fake import RUBRIC, make_class, make_result, make_task, make_test

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'`</pre></style>"
VOID = {"meta", "br", "rect", "line", "input"}


class Page(HTMLParser):
    """Text, links and tags of a page; raises where tags do not nest."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.text = ""
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.opened: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.opened.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_class_page_links_to_a_page_for_each_student(tmp_path: Path) -> None:
    index = write_report(make_class(), RUBRIC, tmp_path)
    assert index == tmp_path / "report" / "index.html"
    page = Page(index)
    for result in make_class():
        assert f"./{result.student}.html" in page.links
        assert RUBRIC.title in Page(index.parent / f"{result.student}.html").text


def test_the_first_line_says_sandbox_and_environment(tmp_path: Path) -> None:
    write_report(make_class(), RUBRIC, tmp_path)
    for path in (tmp_path / "report").glob("*.html"):
        body = path.read_text(encoding="utf-8").partition("<body")[2]
        assert "sandbox full</strong> · Python 3.12.4 · torch 2.14.1" in body.splitlines()[1]


def test_our_fault_is_loud(tmp_path: Path) -> None:
    index = write_report(make_class(), RUBRIC, tmp_path)
    assert "1 submission could not be graded completely" in Page(index).text
    assert "3.3, each class has its own mean, sample/three_classes: boom" in Page(index).text
    assert "boom" not in Page(index.parent / "sofie.html").text
    assert "not your fault" in Page(index.parent / "sofie.html").text
    assert (
        "could not be graded" not in Page(write_report([make_result("ada")], RUBRIC, tmp_path / "two")).text
    )


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    test = make_test(HOSTILE, message=HOSTILE, hint=HOSTILE)
    task = make_task("3.1", "failed", tests=[test], misconception=HOSTILE.replace("/", ""), hint=HOSTILE)
    result = make_result(HOSTILE.replace("/", ""), task, problems=[HOSTILE])
    index = write_report([result], RUBRIC, tmp_path)
    for path in index.parent.iterdir():
        page = Page(path)
        assert "img" not in page.tags
        assert page.opened.count("script") == (path == index)  # our own, which sorts tables
        assert not {name for name in page.attributes if name.startswith("on")}
        assert "<script>" in page.text


@pytest.mark.parametrize("student", ["javascript:alert(1)", "a b%20c", "x?y#z"])
def test_a_link_leads_to_the_students_own_file(tmp_path: Path, student: str) -> None:
    index = write_report([make_result(student)], RUBRIC, tmp_path)
    (link,) = set(Page(index).links)
    assert link.startswith("./")
    assert index.parent.joinpath(f"{student}.html").exists()
    assert "class report" in index.read_text(encoding="utf-8")


def test_pages_need_no_network(tmp_path: Path) -> None:
    write_report(make_class(), RUBRIC, tmp_path)
    for path in (tmp_path / "report").glob("*.html"):
        assert not [link for link in Page(path).links if not link.startswith("./")]
        assert "default-src 'none'" in path.read_text(encoding="utf-8")
        assert "url(" not in path.read_text(encoding="utf-8")


def test_only_our_own_script_is_allowed_and_only_on_the_class_page(tmp_path: Path) -> None:
    index = write_report(make_class(), RUBRIC, tmp_path)
    text = index.read_text(encoding="utf-8")
    script = text.partition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in text
    assert "script-src" not in (index.parent / "ada.html").read_text(encoding="utf-8")


def test_a_task_that_a_result_does_not_have_yet_is_an_empty_place(tmp_path: Path) -> None:
    old = make_result("ada")
    old = old.model_copy(update={"tasks": old.tasks[:-1]})  # graded before the rubric had the last one
    assert "ada" in Page(write_report([old], RUBRIC, tmp_path)).text


def test_the_class_page_says_what_changed(tmp_path: Path) -> None:
    write_report([make_result("ada")], RUBRIC, tmp_path)
    index = write_report([make_result("ada", make_task("3.2", "failed"))], RUBRIC, tmp_path)
    assert "ada, 3.2: 20 → 0" in Page(index).text


def test_a_student_reads_nothing_of_secret_cases_but_outcome_and_hint(tmp_path: Path) -> None:
    test = make_test(case="secret/odd_sizes", message="expected 0.31415", hint="Mean over the queries?")
    index = write_report([make_result("x", make_task("3.1", "failed", tests=[test]))], RUBRIC, tmp_path)
    text = Page(index.parent / "x.html").text
    assert "1 secret case: failed" in text
    assert "Mean over the queries?" in text
    assert "0.31415" not in text
    assert "odd_sizes" not in text


def test_a_student_reads_the_misconception_and_the_message_of_sample_cases(tmp_path: Path) -> None:
    index = write_report(make_class(), RUBRIC, tmp_path)
    text = Page(index.parent / "chiara.html").text
    assert "This is what one gets when: A prototype is the median of its class." in text
    assert "values differ, largest error 3.25" in text
    assert "20 points more await a person: 1.1, 3.6." in text


def test_a_student_reads_what_a_person_gave_and_said(tmp_path: Path) -> None:
    items = (
        ItemResult(text="Names both terms", points=2, given=True),
        ItemResult(text="Says why `alpha` is large", points=3, given=False),
    )
    task = make_task("1.1", "partial", 2).model_copy(update={"items": items, "comment": HOSTILE})
    page = Page(write_report([make_result("x", task)], RUBRIC, tmp_path).parent / "x.html")
    assert "Names both terms 2 of 2" in page.text
    assert "Says why alpha is large 0 of 3" in page.text
    assert HOSTILE in page.text
    assert "img" not in page.tags


def test_the_histogram_counts_everybody_once_and_says_so_in_words() -> None:
    chart = score_histogram(make_class())
    assert sum(int(bar.value or 0) for bar in chart.bars) == 10
    assert "2 between 0 and 10 percent" in chart.words


def test_full_marks_and_more_are_in_the_last_bar() -> None:
    result = make_result("x").model_copy(update={"score": 110.0})
    assert score_histogram([result]).bars[-1].value == "1"


def test_the_mean_of_a_task_is_drawn_as_a_part_of_its_points() -> None:
    results = [make_result("a"), make_result("b", make_task("3.2", "failed"))]
    by_id = {bar.label: bar for bar in task_means(task_summaries(results, RUBRIC)).bars}
    assert by_id["3.2"].width == pytest.approx(by_id["3.3"].width / 2)
    assert by_id["3.2"].value == "10 of 20"


def test_an_empty_class_has_a_page(tmp_path: Path) -> None:
    assert "No submissions." in Page(write_report([], RUBRIC, tmp_path)).text
