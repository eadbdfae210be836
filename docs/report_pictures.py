"""The pictures of the reports, `docs/img/report*.png` and `feedback.png`, from the class of `make demo`.

    python docs/report_pictures.py

`make pictures` does this, too.
"""

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).parents[1]
WIDE = {"viewport": {"width": 1200, "height": 1080}}
PAGE = {"viewport": {"width": 860, "height": 900}}
PHONE = {"viewport": {"width": 400, "height": 900}, "color_scheme": "dark"}


def main() -> None:
    """Grade the class, and look at its pages in a browser."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise SystemExit("There is no chromium here: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        command("grade", "protonet", "fixtures/protonet/demo", "--out", folder)
        command("feedback", folder, "--student", "dmitri")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(**WIDE)
        page.goto(f"file://{folder}/report/index.html")
        keep(shot(page), "report")
        to_top(page, "#tasks")
        keep(shot(page), "report-tasks")
        page.fill("input[type=search]", "error")
        to_top(page, "input[type=search]")
        keep(shot(page).crop((0, 0, WIDE["viewport"]["width"], 330)), "report-filter")
        student = browser.new_page(**PAGE)
        student.goto(f"file://{folder}/feedback/dmitri.html")
        phone = browser.new_page(**PHONE)
        phone.goto(f"file://{folder}/feedback/dmitri.html")
        to_top(phone, ".equals")
        keep(side_by_side(shot(student), shot(phone)), "feedback")
        browser.close()


def command(*arguments: str) -> None:
    """Run `autograder` with these."""
    subprocess.run([sys.executable, "-P", "-m", "autograder", *arguments], cwd=ROOT, check=True)


def to_top(page: Any, selector: str) -> None:
    """Scroll until this stands near the upper edge."""
    page.evaluate(
        "selector => scrollBy(0, document.querySelector(selector).getBoundingClientRect().top - 90)", selector
    )


def shot(page: Any) -> Image.Image:
    """What the window shows."""
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def side_by_side(left: Image.Image, right: Image.Image) -> Image.Image:
    """Both, with a white gap between them."""
    both = Image.new("RGB", (left.width + 20 + right.width, left.height), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width + 20, 0))
    return both


def keep(image: Image.Image, name: str) -> None:
    """Write `docs/img/NAME.png` with few colours, so that it is small."""
    path = ROOT / "docs" / "img" / f"{name}.png"
    image.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
