"""A class of thirty with three written tasks, to sit at the desk with; and the pictures of `docs/desk.md`.

    python docs/desk_walk.py DIR               # make the class in DIR, grade it, say how to go on
    python docs/desk_walk.py DIR --pictures    # and walk through it in a browser: docs/img/desk-*.png

The class is that of the desk's tests: answers put together from the reading lab's own samples, among them
copies, one that was left empty, one with a formula and a picture, and one that attacks the page.
"""

import argparse
import io
import shutil
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.desk.classroom import LAB, STUDENTS, Opened, command, make_class, make_course  # noqa: E402

WIDE = {"viewport": {"width": 1280, "height": 860}}
PHONE = {
    "viewport": {"width": 390, "height": 800},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


def main() -> None:
    """Make the class, and the pictures if they are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", action="store_true")
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    course = make_course(folder / "course")
    make_class(course, folder / "class")
    graded = command(course, "grade", LAB, folder / "class", "--out", folder / "graded")
    if graded.returncode:
        raise SystemExit(graded.stderr)
    print(graded.stdout.strip().splitlines()[-1])
    if asked.pictures:
        walk(course, folder / "graded")
    else:
        print(f"Now: cd {course} && autograder desk {folder / 'graded'}")


def walk(course: Path, graded: Path) -> None:
    """Grade one task by keys, with pictures on the way; say how many keys it took."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise SystemExit("There is no chromium here: apt-get install chromium")
    ann, ben = Opened(course, graded, "ann"), Opened(course, graded, "ben")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(**WIDE)
        page.goto(ann.url)
        items, moves = grade_all(page)
        print(f"{len(STUDENTS)} answers: {items} keys for items, {moves} beyond them")
        find(page, "What I saw")
        picture(page, "answer")
        find(page, "nearly the same")
        page.locator(".others details").first.evaluate("details => { details.open = true; }")
        press(page, "c")
        page.keyboard.type("Word for word what another student wrote. Whose words are these?")
        press(page, "Escape", "f")
        picture(page, "alike")
        other = browser.new_page(color_scheme="dark", **WIDE)
        other.goto(ben.url + "task/3.1")
        press(page, "t", "Enter")
        press(other, "Enter")  # both look at the second answer
        press(page, "1")
        press(other, "2")
        picture(other, "conflict")
        phone = browser.new_context(**PHONE).new_page()
        phone.goto(ann.url + "task/4.1")
        phone.tap("#item-1")
        quiet(phone)
        picture(phone, "phone")
        browser.close()
    print(ben.close().strip())
    print(ann.close().strip().splitlines()[-1])


def grade_all(page: Any) -> tuple[int, int]:
    """Give points for every answer of the task; how many keys chose items, and how many did anything else."""
    items = moves = 0
    for number in range(1, len(STUDENTS) + 1):
        keys = ["1", "2", "3", "4"][: 1 + number % 4]
        press(page, *keys)
        items += len(keys)
        if number < len(STUDENTS):
            press(page, "Enter")
            moves += 1
    return items, moves


def find(page: Any, text: str) -> None:
    """Go to the answer with this text."""
    page.click("#map-1")
    quiet(page)
    while text not in page.inner_text("article"):
        press(page, "Enter")


def press(page: Any, *keys: str) -> None:
    """Press keys, and wait until the desk has answered."""
    for key in keys:
        page.keyboard.press(key)
    quiet(page)


def quiet(page: Any) -> None:
    """Wait until nothing is under way."""
    page.wait_for_function("() => busy === 0 && waiting.length === 0")


def picture(page: Any, name: str) -> None:
    """Write `docs/img/desk-NAME.png` with few colours, so that it is small."""
    from PIL import Image

    shot = Image.open(io.BytesIO(page.screenshot()))
    path = ROOT / "docs" / "img" / f"desk-{name}.png"
    shot.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
