"""The documentation says what is: commands, messages, links; and its site builds without a network."""

import importlib.util
import os
import re
import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from autograder.course.settings import Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = ["README.md", "CONTRIBUTING.md", *sorted(p.relative_to(ROOT).as_posix() for p in DOCS.rglob("*.md"))]


@pytest.fixture(scope="module")
def make_commands() -> Any:
    """The script that writes the page of commands."""
    return script("make_commands")


def script(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_commands_are_those_of_the_command_line(make_commands: Any) -> None:
    written = (DOCS / "commands.md").read_text()
    assert written == make_commands.page(), "run: python docs/make_commands.py"
    for command in ("grade", "gradebook set", "data prepare", "feedback"):
        assert f"\n## autograder {command}\n" in written


def test_badges_are_those_of_the_course_s_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    make_badges = script("make_badges")
    for path, text in make_badges.pages().items():
        assert path.read_text() == text, "run: python docs/make_badges.py"
    monkeypatch.setattr(make_badges, "read_settings", lambda root: Settings(repository="us/labs/blob/2026"))
    readme = make_badges.pages()[ROOT / "README.md"]
    assert "colab.research.google.com/github/us/labs/blob/2026/assignments/byol/byol.ipynb" in readme
    assert "placeholders" not in readme


def test_the_page_names_what_help_shows() -> None:
    for command in ("grade", "gradebook show", "export nbgrader"):
        section = (DOCS / "commands.md").read_text().split(f"## autograder {command}\n")[1].split("\n## ")[0]
        command_line = [sys.executable, "-m", "autograder", *command.split(), "--help"]
        environment = os.environ | {"COLUMNS": "200", "TERM": "dumb"}
        shown = subprocess.run(command_line, capture_output=True, text=True, env=environment, check=True)
        assert _options(section) | {"--help"} == _options(shown.stdout.replace("-m autograder", ""))


def _options(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*(?![\w-])", text))


def _options_of_our_scripts() -> set[str]:
    scripts = [*ROOT.glob("benchmarks/*.py"), *ROOT.glob("docs/*.py"), *ROOT.glob("solutions/*/*.py")]
    return {name for path in scripts for name in re.findall(r'add_argument\("(--[\w-]+)"', path.read_text())}


@pytest.mark.parametrize("page", PAGES)
def test_every_option_named_in_a_page_is_one_of_the_command_s(page: str, make_commands: Any) -> None:
    of = {name: make_commands.option_names(command) for name, command in make_commands.commands().items()}
    known = set().union(*of.values()) | _options_of_our_scripts()
    text = (ROOT / page).read_text()
    spans = [span for pair in re.findall(r"```\w*\n(.*?)```|`([^`\n]+)`", text, re.S) for span in pair]
    for line in (line.partition("  #")[0] for span in spans for line in span.splitlines()):
        called = re.search(r"\bautograder((?: [a-z]+)+)", line)
        words = called[1].split() if called else []
        names = (f"autograder {' '.join(words[:count])}" for count in range(len(words), 0, -1))
        command = next((name for name in names if name in of), None)
        if command and called:
            assert _options(line[called.end() :]) <= of[command] | of["autograder"], line
        elif line.startswith("--"):
            assert _options(line) <= known, line


@pytest.mark.slow
def test_a_new_author_gets_through_the_page(tmp_path: Path) -> None:
    """Its commands and its Python, one after the other, in an empty folder."""
    steps = []
    for kind, block in re.findall(r"```(console|python)\n(.*?)```", (DOCS / "authors.md").read_text(), re.S):
        if kind == "console":
            steps += re.findall(r"^\$ (.+)$", block, re.MULTILINE)
        elif "--8<--" not in block:
            steps.append(f"python - <<'END'\n{block}END")
    script = "\n".join(["set -euo pipefail", f"export PATH={Path(sys.executable).parent}:$PATH", *steps])
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    proven = "reference 10/10 · stub 0 · wrong 1/1 caught exactly · named 1/1 · accepted 0/0 · repeatable"
    assert done.stdout.count(proven) == 2
    assert (tmp_path / "course/bundle/means.zip").exists()


def _messages() -> list[str]:
    headings = re.findall(r"^### (.+)$", (DOCS / "troubleshooting.md").read_text(), re.MULTILINE)
    return [heading for heading in headings if heading != "Messages of Python and Jupyter"]


@pytest.mark.parametrize("message", _messages())
def test_every_message_in_troubleshooting_is_one_of_ours(message: str) -> None:
    sources = [*(ROOT / "autograder").rglob("*.py"), *(ROOT / "data_utils").glob("*.py")]
    text = "\n".join(path.read_text() for path in sources)
    # Adjacent string literals are one sentence.
    text = re.sub(r'"\s*\n\s*f?"', "", text)
    for part in message.split("…"):
        assert part.strip(" ,:") in text


@pytest.mark.parametrize("page", sorted(path.relative_to(ROOT).as_posix() for path in DOCS.rglob("*.md")))
def test_every_picture_has_a_description(page: str) -> None:
    assert not re.findall(r"!\[\]\(", (ROOT / page).read_text())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; a warning of mkdocs is an error."""
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_site_has_its_pages(site: Path) -> None:
    pages = {path.relative_to(site).as_posix(): path.read_text() for path in site.rglob("*.html")}
    assert {"index.html", "commands.html", "labs/siamese.html", "api.html"} <= set(pages)
    assert "assert_same_direction" in pages["api.html"]
    assert "centred" in pages["authors.html"]  # the files that `autograder new` writes
    asked = [
        (name, address)
        for name, text in pages.items()
        for address in re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?:[^"]+)"', text)
    ]
    assert not asked


def test_no_page_asks_anybody_for_anything_and_search_finds(site: Path, chromium: Any) -> None:
    """What scripts ask for, too: fonts, formulas and shims come from elsewhere in many a site."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        home = f"http://127.0.0.1:{server.server_port}/"
        page = chromium.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(home) else None)
        for path in sorted(site.rglob("*.html")):
            page.goto(home + path.relative_to(site).as_posix(), wait_until="load")
        page.goto(f"{home}index.html", wait_until="load")
        page.locator("input[name=query]").click()
        page.keyboard.type("landlock")
        page.locator(".md-search-result__item").first.wait_for()
        page.close()
        server.shutdown()
    assert wrong == []
