"""The desk in a real browser: by keys alone, two at a time, with hostile answers, killed, on a phone."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from autograder.gradebook import gradebook_of
from autograder.reports.store import read_results
from tests.commands import run
from tests.desk.classroom import LAB, STUDENTS
from tests.desk.conftest import OpenDesk, Visit

pytestmark = pytest.mark.long

AXE = Path(__file__).parents[1] / "browser" / "axe.min.js"


@pytest.fixture(scope="module", autouse=True)
def _chromium_first(chromium: Any) -> None:
    """Without a browser, nothing is graded in vain."""


def press(page: Any, *keys: str) -> None:
    """Keys as fast as they come; then wait until the last one has been answered."""
    for key in keys:
        page.keyboard.press(key)
    quiet(page)


def quiet(page: Any) -> None:
    page.wait_for_function("() => busy === 0 && waiting.length === 0")


def marks(graded: Path) -> dict[tuple[str, str], Any]:
    book = gradebook_of(graded)
    found = {(key.task, key.student): entry.mark for key, entry in book.marks(LAB).items()}
    book.close()
    return found


def grades(graded: Path) -> dict[str, dict[str, str]]:
    with open(graded / "grades.csv", newline="", encoding="utf-8-sig") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_thirty_students_take_thirty_presses_beyond_choosing_items(
    open_desk: OpenDesk, visit: Visit, graded: Path
) -> None:
    desk = open_desk()
    page = visit(desk.url)
    beyond = 0
    given = []
    for number in range(1, len(STUDENTS) + 1):
        assert page.inner_text("h1").endswith(f"Answer {number} of 30")
        items = [str(1 + number % 4), str(1 + (number + 1) % 4)][: 1 + number % 2]
        press(page, *items)
        given.append(sorted(map(int, items)))
        if number < len(STUDENTS):
            press(page, "Enter")
            beyond += 1
    assert beyond <= 30
    found = [mark for (task, _), mark in marks(graded).items() if task == "1.1"]
    assert len(found) == 30
    assert sorted(list(mark.ticked) for mark in found) == sorted(given)
    assert "30/30" in page.inner_text(".tasks")
    assert "is up to date" in desk.close()
    table = grades(graded)
    assert all(table[student]["1.1"] and not table[student]["3.1"] for student in STUDENTS)


def test_fast_typing_is_applied_key_by_key_to_the_page_it_was_meant_for(
    open_desk: OpenDesk, visit: Visit
) -> None:
    page = visit(open_desk().url)
    press(page, "1", "3", "Enter", "2", "Enter", "0", "Enter", "a", "p", "4", "p", "f")
    shown = [page.locator(f"#map-{number}").get_attribute("aria-label") for number in (1, 2, 3, 4)]
    assert shown == [
        "Answer 1: 8 points",
        "Answer 2: 3 points, flagged",
        "Answer 3: 4 points",
        "Answer 4: 15 points",
    ]


def test_a_key_between_an_answer_and_the_next_key_is_not_lost(open_desk: OpenDesk, visit: Visit) -> None:
    """`p` comes when nothing is under way, but `Enter` still waits: it is for the page that comes then."""
    page = visit(open_desk().url)
    page.evaluate(
        """() => {
          const type = (key) =>
            document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
          document.addEventListener("htmx:afterRequest", () => type("p"), {once: true});
          type("1");
          type("Enter");
        }"""
    )
    quiet(page)
    press(page, "f")
    assert "Answer 1" in page.inner_text("h1")
    assert page.locator("#map-1").get_attribute("aria-label") == "Answer 1: 4 points, flagged"


def test_what_was_typed_after_a_conflict_is_not_done(open_desk: OpenDesk, visit: Visit, graded: Path) -> None:
    anns, bens = visit(open_desk("ann").url), visit(open_desk("ben").url)
    press(anns, "1")
    bens.evaluate(
        """() => ["2", "Enter", "3"].forEach((key) =>
          document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true})))"""
    )
    quiet(bens)
    assert "ann was here first" in bens.inner_text(".conflict")
    assert "Answer 1" in bens.inner_text("h1")
    assert [mark.ticked for mark in marks(graded).values()] == [(1,)]


def test_points_are_in_the_gradebook_the_moment_they_are_shown(
    open_desk: OpenDesk, visit: Visit, graded: Path
) -> None:
    page = visit(open_desk().url)
    page.keyboard.press("1")
    page.wait_for_selector("#said:has-text('4 of 15 points saved.')")
    assert [mark.points for mark in marks(graded).values()] == [4]
    # ... and in what all tables, pages and exports are made from, while the desk is still open
    assert sum(result.score for result in read_results(graded)) == 4


def test_grades_csv_follows_while_the_desk_is_open(open_desk: OpenDesk, visit: Visit, graded: Path) -> None:
    page = visit(open_desk().url)
    press(page, "1")
    for _ in range(600):  # it is written beside the desk's work: as often as the page can be asked meanwhile
        if any(row["1.1"] == "4" for row in grades(graded).values()):
            return
        page.reload()
    pytest.fail("grades.csv does not follow")


def test_the_reference_comes_into_sight(open_desk: OpenDesk, visit: Visit) -> None:
    page = visit(open_desk().url, viewport={"width": 1280, "height": 600})
    press(page, "r")
    box = page.locator("#reference summary").bounding_box()
    assert 0 <= box["y"] <= 600 - box["height"]


def test_everything_by_keys(open_desk: OpenDesk, visit: Visit, graded: Path) -> None:
    page = visit(open_desk().url)
    press(page, "c")
    page.keyboard.type("What does valid mean? 1 2 3 u")  # letters in a comment are letters
    press(page, "Escape")
    press(page, "1", "Enter", "Shift+Digit1", "2", "f")
    first, second = page.locator("#map-1"), page.locator("#map-2")
    assert first.get_attribute("aria-label") == "Answer 1: 4 points"
    assert second.get_attribute("aria-label") == "Answer 2: 3 points, flagged"
    assert page.input_value("#comment") == "What does valid mean? 1 2 3 u"
    press(page, "u", "u", "u")
    assert page.input_value("#comment") == ""
    assert second.get_attribute("aria-label") == "Answer 2: open"
    press(page, ".")
    page.keyboard.type("7,5")
    press(page, "Enter")
    assert second.get_attribute("aria-label") == "Answer 2: 7.5 points"
    press(page, "p", "g")
    assert "Answer 3" in page.inner_text("h1")
    press(page, "c")
    page.keyboard.type("Good.")
    press(page, "Control+Enter")
    assert "Answer 4" in page.inner_text("h1")
    press(page, "t")
    assert page.inner_text("h1").startswith("3.1")
    assert not page.locator(".name").count()
    press(page, "h", "r")
    assert page.locator(".name").count() == 1
    assert page.locator("#reference[open]").count() == 1
    page.keyboard.press("?")
    assert page.locator("#help[open]").count() == 1
    comments = [mark.comment for mark in marks(graded).values()]
    assert sorted(comments) == ["", "Good.", "What does valid mean? 1 2 3 u"]


def test_single_keys_can_be_switched_off(open_desk: OpenDesk, visit: Visit) -> None:
    page = visit(open_desk().url)
    page.keyboard.press("?")
    page.uncheck("#single")
    page.click("#help-close")
    press(page, "1", "Enter")
    assert page.locator("#map-1").get_attribute("aria-label") == "Answer 1: open"
    assert "Answer 1" in page.inner_text("h1")


def test_a_submissions_script_never_runs(open_desk: OpenDesk, visit: Visit) -> None:
    """Not one of the attacks leaves an element behind that could act; the policy would be a second wall."""
    page = visit(open_desk().url)
    seen = 0
    for _ in STUDENTS:
        attacked = "SAM answers any prompt" in page.inner_text("#answer")
        if attacked:
            seen += 1
            page.hover("#answer .answer")
            page.click("#answer .answer >> text=bold")
            page.click("#answer .answer >> text=div", force=True)
            assert page.locator("#answer .answer math mover").count() == 1  # the honest formula
            assert page.inner_text("#answer .answer").count("nobody would call short") == 1
            assert page.locator("#typed pre").text_content().count("onerror=alert") == 1
        acting = page.evaluate(
            """() => [...document.querySelectorAll('#answer .answer *')].filter((element) =>
              /^(script|iframe|form|button|style|link|object|svg)$/i.test(element.tagName)
              || [...element.attributes].some((attribute) =>
                /^(on|hx-|data-|style|srcdoc|formaction)/.test(attribute.name)
                || /^\\s*javascript:/i.test(attribute.value))).map((element) => element.outerHTML)"""
        )
        assert acting == []
        press(page, "Enter")
    assert seen == 1
    assert page.evaluate("() => document.body.dataset.ran") is None


def test_pictures_formulas_and_tables_are_shown(open_desk: OpenDesk, visit: Visit) -> None:
    page = visit(open_desk().url)
    for _ in STUDENTS:
        if "What I saw" in page.inner_text("#answer"):
            break
        press(page, "Enter")
    widths = page.evaluate(
        "() => [...document.querySelectorAll('#answer img')].map((img) => img.naturalWidth)"
    )
    assert widths == [360]
    box = page.locator("#answer math[display=block]").bounding_box()
    assert box["height"] > 15
    assert page.locator("#answer table tr").count() == 3


def test_two_graders_at_once_lose_nothing(open_desk: OpenDesk, visit: Visit, graded: Path) -> None:
    """Ben looks at what Ann has meanwhile changed: he is told, sees hers, and can still do his."""
    anns, bens = visit(open_desk("ann").url), visit(open_desk("ben").url)
    press(anns, "1")
    press(bens, "2")
    told = bens.inner_text(".conflict")
    assert "Your change was not saved: ann was here first." in told
    assert "4 points for item 1" in told
    assert bens.is_checked("#item-1")
    assert not bens.is_checked("#item-2")
    press(bens, "2")
    assert bens.inner_text("#score").startswith("7 ")
    press(anns, "c")
    anns.keyboard.type("Long thoughts of Ann's.")
    press(anns, "Escape")
    assert "ben was here first" in anns.inner_text(".conflict")
    assert anns.input_value("#comment") == "Long thoughts of Ann's."  # still there, not saved
    assert [mark.comment for mark in marks(graded).values()] == [""]
    press(anns, "c", "End")
    anns.keyboard.type(" More.")
    press(anns, "Escape")
    (mark,) = marks(graded).values()
    assert (mark.ticked, mark.comment) == ((1, 2), "Long thoughts of Ann's. More.")


def test_two_graders_on_two_tasks_never_meet(open_desk: OpenDesk, visit: Visit, graded: Path) -> None:
    anns, bens = visit(open_desk("ann").url), visit(open_desk("ben").url)
    press(bens, "t")
    for key in ("1", "Enter", "2", "Enter", "a"):
        press(anns, key)
        press(bens, key)
    assert not anns.locator(".conflict").count() + bens.locator(".conflict").count()
    assert len(marks(graded)) == 6


def test_answers_that_are_nearly_the_same_are_graded_together(open_desk: OpenDesk, visit: Visit) -> None:
    page = visit(open_desk().url)
    same = []
    for number in range(1, len(STUDENTS) + 1):
        note = page.locator(".notes .alike")
        if note.count() and not page.locator(f"#map-{number}.done").count():
            press(page, "1", "s")
            same.append(int(page.inner_text("#same").split()[3]))
        press(page, "Enter")
    done = page.locator(".map .done").count()
    assert done == sum(same)
    assert len(same) >= 3  # two copies of the weak answer, two of the strong one, two that are missing
    press(page, "u")  # takes back the last group as one, and the item before it stays
    assert "is undone" in page.inner_text("#said")
    assert page.locator(".map .done").count() == done - same[-1] + 1


def test_killed_in_the_middle_nothing_is_lost(
    open_desk: OpenDesk, visit: Visit, graded: Path, reading_course: Path
) -> None:
    desk = open_desk()
    page = visit(desk.url)
    for _ in range(5):
        press(page, "1", "3", "Enter")
    desk.kill()
    page.keyboard.press("2")
    page.wait_for_selector("#alert:has-text('The desk does not answer')")
    assert [mark.ticked for mark in marks(graded).values()] == [(1, 3)] * 5
    again = open_desk()
    page = visit(again.url)
    assert "Answer 6" in page.inner_text("h1")  # it goes on where it stopped
    again.kill()
    assert run(reading_course, "report", graded).returncode == 0
    assert sorted(row["1.1"] for row in grades(graded).values()) == [""] * 25 + ["8"] * 5


LOOKS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
    "dark phone": {
        "viewport": {"width": 360, "height": 740},
        "has_touch": True,
        "is_mobile": True,
        "color_scheme": "dark",
    },
}


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_keeps_people_out(open_desk: OpenDesk, visit: Visit, look: str) -> None:
    """axe-core finds nothing serious: on a fresh page, a marked one with everything open, the keys."""
    page = visit(open_desk().url, **LOOKS[look])
    page.evaluate(AXE.read_text(encoding="utf-8"))

    def check(where: str) -> None:
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        serious = [
            {"rule": one["id"], "where": [node["html"][:120] for node in one["nodes"]]}
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        assert not serious, f"{where}: {json.dumps(serious, indent=1)}"
        assert len(found["passes"]) > 10  # it did look

    check("fresh")
    page.fill("#comment", "See section 3.")
    page.locator("#comment").blur()
    quiet(page)
    page.click("#item-1")
    quiet(page)
    page.click("#flag")
    quiet(page)
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    check("marked")
    page.click("#keys")
    check("keys")
    page.click("#help-close")
    for _ in range(30):
        if page.locator(".others").count():
            break
        page.click("#next")
        quiet(page)
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    check("alike")


def test_on_a_phone_nothing_sticks_out_and_next_is_at_hand(open_desk: OpenDesk, visit: Visit) -> None:
    page = visit(open_desk().url, **LOOKS["phone"])
    for _ in range(5):
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
        box = page.locator("#next").bounding_box()
        assert box["y"] + box["height"] <= 740
        assert box["height"] >= 40
        page.tap("#item-1")
        quiet(page)
        page.tap("#next")
        quiet(page)
    assert page.locator(".map .done").count() == 5


def test_dark_mode_is_dark(open_desk: OpenDesk, visit: Visit) -> None:
    page = visit(open_desk().url, color_scheme="dark")
    background = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert max(map(int, background.removeprefix("rgb(").rstrip(")").split(","))) < 60


def test_a_request_is_noted_and_answered(open_desk: OpenDesk, visit: Visit, graded: Path) -> None:
    """By forms of plain HTML, which a browser sends with headers of its own."""
    desk = open_desk()
    page = visit(desk.url + "requests")
    page.fill("#student", STUDENTS[0])
    page.fill("#text", "I said more than that.")
    page.click("text=Note it")
    assert "I said more than that." in page.inner_text("blockquote")
    page.fill("#text-1", "So you did.")
    page.fill("#points-1", "1")
    page.click("section.request button >> text=Answer")
    assert "So you did." in page.inner_text("section.request")
    assert [mark.points for mark in marks(graded).values()] == [1.0]
