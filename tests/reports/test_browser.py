"""The class report in a real browser: sorted, filtered, open to everybody, and small for a large class."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.reports.html import write_report
from autograder.reports.similarity import keep, likenesses
from tests.reports.fake import RUBRIC, make_class, make_result, make_task

AXE = Path(__file__).parents[1] / "browser" / "axe.min.js"
HOSTILE = '<img src=x onerror="window.ran=1">'


@pytest.fixture
def visit(chromium: Any) -> Iterator[Any]:
    """Opens pages; none of them may have an error or ask the network for anything."""
    contexts, wrong = [], []

    def open_page(path: Path, **settings: Any) -> Any:
        contexts.append(chromium.new_context(**{"viewport": {"width": 1200, "height": 900}, **settings}))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("console", lambda said: wrong.append(said.text))
        page.on(
            "request", lambda asked: wrong.append(asked.url) if not asked.url.startswith("file:") else None
        )
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """A report with every part that there is: changes and near-identical code, too."""
    write_report(make_class()[1:], RUBRIC, tmp_path)
    code = "\n".join(["def loss(x):", *(f"    v{n} = x.sum({n}) - x.mean({n})" for n in range(60))])
    keep(likenesses({"ada": [code], "benno": [code], "elif": [code]}, []), tmp_path / "alike.json")
    return write_report(make_class(), RUBRIC, tmp_path)


def names(page: Any) -> list[str]:
    return page.locator("#students tbody tr:visible th").all_inner_texts()


def test_the_class_is_sorted_by_a_click_on_a_head_and_back(visit: Any, index: Path) -> None:
    page = visit(index)
    given = names(page)
    assert given == sorted(given)
    page.get_by_role("button", name="total").click()
    totals = [
        float(text.split("/")[0]) for text in page.locator("#students tbody td.total").all_inner_texts()
    ]
    assert totals == sorted(totals)
    page.get_by_role("button", name="total").press("Enter")
    assert page.locator("#students th[aria-sort=descending]").count() == 1
    assert names(page)[0] == "ada"
    page.get_by_role("button", name="student").click()
    assert names(page) == given


def test_rows_are_filtered_by_what_stands_in_them(visit: Any, index: Path) -> None:
    page = visit(index)
    page.get_by_label("Show rows with").fill("MEDIAN for")
    assert names(page) == ["chiara", "dmitri"]
    assert page.locator(".filter output").inner_text() == "2 of 10"
    page.get_by_label("Show rows with").fill("")
    assert len(names(page)) == 10


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Any, index: Path, scheme: str) -> None:
    for path in (index, index.parent / "chiara.html"):
        page = visit(path, bypass_csp=True, color_scheme=scheme)
        page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.add_script_tag(path=AXE)
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
        serious = [
            (one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")
        ]
        assert serious == []


def test_a_phone_scrolls_tables_and_not_the_page(visit: Any, index: Path) -> None:
    page = visit(index, viewport={"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_text_of_students_never_runs(visit: Any, tmp_path: Path) -> None:
    task = make_task("3.1", "failed", misconception=HOSTILE, hint=HOSTILE)
    page = visit(write_report([make_result("eve", task, problems=[HOSTILE])], RUBRIC, tmp_path))
    assert page.evaluate("window.ran") is None


def test_a_class_of_300_is_one_file_of_less_than_3_megabytes(visit: Any, tmp_path: Path) -> None:
    everybody = [
        result.model_copy(update={"student": f"{result.student}-{n}"})
        for n in range(30)
        for result in make_class()
    ]
    write_report([result.model_copy(update={"tasks": ()}) for result in everybody], RUBRIC, tmp_path)
    sources = {}
    for number, result in enumerate(everybody):  # thirty groups of ten who handed in the same long code
        lines = [f"    v{n} = x.sum({n}) - x.f{number // 10}({n})" for n in range(200)]
        sources[result.student] = ["\n".join([f"def part{part}(x):", *lines]) for part in range(3)]
    keep(likenesses(sources, []), tmp_path / "alike.json")
    index = write_report(everybody, RUBRIC, tmp_path)
    assert index.stat().st_size < 3 << 20
    page = visit(index)
    assert len(names(page)) == 300
    assert page.locator("details:has(.pair)").count() == 30
    assert "1800 changes" in page.inner_text("main")
