"""A lab on a JupyterHub, in a browser: released, worked on, handed in, graded, and handed back."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.platforms.hub import TEACHER, jupyterhub, missing

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(bool(missing()), reason=f"no JupyterHub here: {'; '.join(missing())}"),
]
SECONDS = 1000  # in playwright's milliseconds


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="module")
def hub(home: Path) -> Iterator[str]:
    with jupyterhub(home) as address:
        yield address


def logged_in(chromium: Any, hub: str, user: str) -> Any:
    """A page with the user's own JupyterLab."""
    page = chromium.new_context(viewport={"width": 1280, "height": 1000}).new_page()
    page.set_default_timeout(180 * SECONDS)
    page.goto(hub)
    page.fill("#username_input", user)
    page.fill("#password_input", "any")
    page.click("#login_submit")
    page.wait_for_url("**/lab**")
    page.goto(f"{hub}/user/{user}/lab?reset")
    page.wait_for_selector(".jp-Launcher")
    return page


def in_terminal(page: Any, commands: list[str], home: Path) -> None:
    """Type commands into a terminal of the user's; the last one leaves a file in their home."""
    bin = f"PATH={Path(sys.executable).parent}:$PATH"  # a login shell begins with its own
    page.click(".jp-LauncherCard[title='Start a new terminal session']")
    page.click(".jp-Terminal-body .xterm-screen")
    page.keyboard.type(" && ".join([bin, *commands, "touch ~/done"]) + " || touch ~/failed\n")
    while not (home / "done").exists():
        assert not (home / "failed").exists(), page.locator(".xterm-rows").inner_text()
        page.wait_for_timeout(SECONDS / 4)
    (home / "done").unlink()


def in_the_list_of_assignments(page: Any, button: str) -> None:
    """Press a button of nbgrader's list, for the only assignment."""
    page.get_by_text("Nbgrader", exact=True).click()
    page.get_by_text("Assignment List", exact=True).click()
    page.get_by_text(button, exact=True).click()


def test_from_release_to_feedback(chromium: Any, hub: str, home: Path, course: Path, right: str) -> None:
    """What docs/platforms.md says of the exchange, word for word but for the folders."""
    autograder = f"autograder --course {course}"
    teacher, ada = home / "home" / TEACHER, home / "home/ada"
    commands = [
        "mkdir -p few/release/example && cd few",
        f"{autograder} release example --out release/example",
        f"cp {course}/assignments/example/example.ipynb release/example",
        "nbgrader release_assignment example",
    ]
    in_terminal(logged_in(chromium, hub, TEACHER), commands, teacher)

    page = logged_in(chromium, hub, "ada")
    in_the_list_of_assignments(page, "Fetch")
    page.get_by_text("Submit", exact=True).wait_for()
    page.goto(f"{hub}/user/ada/lab/tree/example/example.ipynb?reset")
    page.locator(".jp-CodeCell .cm-content", has_text="NotImplementedError").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(right)
    page.keyboard.press("Control+S")
    page.get_by_text("Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.get_by_text("Every task has an answer").wait_for()
    checked = page.locator(".jp-OutputArea-output", has_text="1.1 Class means").first.inner_text()
    right_of, of = re.search(r"sample cases: (\d+) of (\d+) checks", checked).groups()
    assert right_of == of
    page.keyboard.press("Control+S")
    page = logged_in(chromium, hub, "ada")
    in_the_list_of_assignments(page, "Submit")
    page.get_by_text("Fetch Feedback", exact=True).wait_for()

    commands = [
        "cd few",
        "nbgrader collect example",
        "autograder intake submitted --assignment example --out class",
        f"{autograder} grade example class --out graded",
        f"{autograder} feedback graded",
        "autograder export nbgrader graded --db sqlite:///gradebook.db --feedback .",
        "nbgrader release_feedback example",
    ]
    in_terminal(logged_in(chromium, hub, TEACHER), commands, teacher)
    assert json.loads((teacher / "few/graded/results/ada.json").read_text())["score"] == 10

    page = logged_in(chromium, hub, "ada")
    in_the_list_of_assignments(page, "Fetch Feedback")
    page.get_by_text("(view feedback)").wait_for()
    (fetched,) = (ada / "example/feedback").rglob("*.html")
    page.goto(f"{hub}/user/ada/files/{fetched.relative_to(ada)}")
    assert page.locator(".score").inner_text() == "10 of 10 points"
    assert page.get_by_text("Of several notebooks").count() == 0
