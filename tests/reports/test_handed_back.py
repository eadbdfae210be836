"""What students get back: their own notebook, rendered so that nothing in it can act, with their results."""

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat.v4 as v4
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from autograder.course.layout import find_course
from autograder.lab.lab import read_lab
from autograder.reports.notebook import Piece, note, pieces_of
from autograder.submission.kinds import UnreadableError
from autograder.submission.policy import Policy
from tests.conftest import HandIn, Run

AXE = Path(__file__).parents[1] / "browser" / "axe.min.js"
HOSTILE = (
    "</div></main><script>window.ran=1</script><img src=x onerror='window.ran=1'><svg onload='window.ran=1'>"
)


def png() -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def shown(*cells: Any) -> list[Piece]:
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}
    return pieces_of({"example.ipynb": json.dumps(notebook).encode()}, {}, Policy())


def html_of(*outputs: Any) -> str:
    return shown(v4.new_code_cell("", outputs=list(outputs)))[0].html


def test_text_formulas_code_and_outputs_are_shown() -> None:
    text, code = shown(
        v4.new_markdown_cell("Let **a** be $x^2$."),
        v4.new_code_cell("print(1)", outputs=[v4.new_output("stream", text="\x1b[31m1\x1b[0m\n")]),
    )
    assert "<strong>a</strong>" in text.html
    assert "<msup>" in text.html
    assert '<span class="nb">print</span>' in code.html
    assert '<pre><span class="ansi-red-fg">1</span>\n</pre>' in code.html


@pytest.mark.parametrize(
    ("cell", "notebook"),
    [
        ({"cell_type": "code", "source": "print(7)"}, {}),
        ({"cell_type": "code", "source": ["print", "(7)"], "outputs": None, "execution_count": "x"}, {}),
        ({"cell_type": "code", "source": "print(7)", "outputs": [None, {"output_type": "stream"}, 3]}, {}),
        ({"cell_type": "code", "source": "print(7)", "outputs": {}, "metadata": None}, {"nbformat": 5}),
        (
            {"cell_type": "code", "input": "print(7)", "outputs": [{"output_type": "pyerr"}]},
            {"nbformat": None},
        ),
        ({"cell_type": "markdown", "source": "print 7", "attachments": None}, {"metadata": None}),
        ({"cell_type": "raw", "source": "print 7", "id": 7}, {}),
        ({"cell_type": "markdown"}, {}),
    ],
)
def test_whatever_grading_reads_is_shown(cell: dict[str, Any], notebook: dict[str, Any]) -> None:
    document = {"cells": [cell, {"cell_type": "markdown", "source": "after"}, None]} | notebook
    first, after = pieces_of({"x.json": json.dumps({"nbformat": 4} | document).encode()}, {}, Policy())
    assert "7" in first.html or "source" not in cell
    assert "after" in after.html


def test_the_labs_own_drawing_is_shown_and_a_students_is_not() -> None:
    ours = "data:image/svg+xml;base64," + base64.b64encode(b"<svg/>").decode()
    theirs = base64.b64encode(HOSTILE.encode()).decode()
    cells = [
        v4.new_markdown_cell("![how it is built,\nin two lines](given.svg)"),
        v4.new_markdown_cell(f"![mine](mine.svg) ![pasted](data:image/svg+xml;base64,{theirs})"),
    ]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    files = {"example.ipynb": json.dumps(notebook).encode()}
    given, own = pieces_of(files, {"mine.svg": HOSTILE.encode()}, Policy(), {"given.svg": ours})
    assert f'src="{ours}"' in given.html
    assert theirs not in own.html
    assert own.html.count("<img") == 2


def test_of_an_output_the_picture_is_shown_and_else_the_text() -> None:
    figure = v4.new_output("display_data", {"image/png": png(), "text/plain": "<Figure>"})
    assert f'src="data:image/png;base64,{png()}"' in html_of(figure)
    assert "Figure" not in html_of(figure)
    claimed = v4.new_output("display_data", {"image/png": "PHN2Zz4=", "text/plain": "instead"})
    assert "instead" in html_of(claimed)
    script = v4.new_output(
        "display_data", {"application/javascript": "window.ran=1", "image/svg+xml": HOSTILE}
    )
    assert html_of(script) == ""


def test_no_form_of_output_can_act() -> None:
    outputs = [
        v4.new_output("stream", text=HOSTILE),
        v4.new_output("error", ename="E", evalue="e", traceback=[HOSTILE]),
        *(
            v4.new_output("display_data", {kind: HOSTILE})
            for kind in ("text/html", "text/markdown", "text/plain")
        ),
    ]
    for html in [*map(html_of, outputs), shown(v4.new_markdown_cell(HOSTILE))[0].html]:
        assert "<script" not in html
        assert "<svg" not in html
        assert "<img src=x" not in html
        assert html.count("<div") == html.count("</div")


@pytest.mark.parametrize("kind", ["text/html", "text/markdown", "text/plain"])
@pytest.mark.parametrize(
    "text", ["<![foo[ x ]]>", "<![foo", "<script>", "<style>", "<svg><style>", "<!--", "<?x"]
)
def test_markup_that_is_none_ends_with_its_output(kind: str, text: str) -> None:
    """nbconvert reads its own page again: it may neither stop there nor lose the cells that follow."""
    cell = v4.new_code_cell("1", outputs=[v4.new_output("display_data", {kind: text})])
    *_, after = shown(cell, v4.new_markdown_cell(text), v4.new_markdown_cell("**after**"))
    assert after.html == "<p><strong>after</strong></p>\n"


def test_the_cells_metadata_says_nothing() -> None:
    cell = v4.new_code_cell("1")
    cell.metadata.update({"magics_language": HOSTILE, "tags": [HOSTILE, "task-1.1", 7]})
    piece = shown(cell)[0]
    assert piece.tasks == ("1.1",)
    assert "script" not in piece.html


def test_what_is_long_is_cut_and_says_so() -> None:
    html = html_of(v4.new_output("stream", text="x" * 30_000))
    assert "10,000 characters more are not shown" in html
    assert "5 cells more are not shown" in shown(*(v4.new_code_cell("1") for _ in range(505)))[-1].html


NAMES = st.sampled_from(["cells", "cell_type", "source", "outputs", "metadata", "data", "code", "nbformat"])
THINGS = st.recursive(
    st.none() | st.integers() | st.text() | st.sampled_from(["code", "stream", HOSTILE]),
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
)


@given(THINGS)
def test_a_broken_notebook_is_a_sentence(document: Any) -> None:
    data = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [document]}
    try:
        pieces = pieces_of({"a.ipynb": json.dumps(data).encode()}, {}, Policy())
    except UnreadableError as error:
        pieces = [note(str(error))]
        assert "a.ipynb" in pieces[0].html
    assert all("<script" not in piece.html for piece in pieces)


def test_python_files_are_shown_by_name() -> None:
    pieces = pieces_of({"b.py": b"x = 1", "a.py": HOSTILE.encode()}, {}, Policy())
    assert ["a.py" in pieces[0].html, "b.py" in pieces[1].html] == [True, True]
    assert "<script" not in pieces[0].html


def test_the_given_notebook_tells_its_tasks(course: Path) -> None:
    lab = read_lab(find_course(course).assignment("example"), ())
    notebook = json.loads(lab.assignment.notebook.read_text())
    for cell in notebook["cells"]:
        cell["metadata"] = {}  # as some editors save them: the ids still say it
    pieces = pieces_of({"example.ipynb": json.dumps(notebook).encode()}, {}, lab.policy)
    assert {task for piece in pieces for task in piece.tasks} == set(lab.rubric.tasks)


@pytest.fixture(scope="module")
def graded(
    course: Path, hand_in: HandIn, run: Run, right: str, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Ada is right, Ben's notebook is gone, Cleo's is another one by now, and Eve's is hostile."""
    folder = tmp_path_factory.mktemp("class")
    handed_in = hand_in(folder / "in", {"ada": right, "ben": right, "cleo": right})
    notebook = json.loads((handed_in / "ada.ipynb").read_text())
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [v4.new_output("display_data", {"text/html": HOSTILE})]
        cell["source"] = [*cell["source"], "\n", f"# {HOSTILE}"]
    (handed_in / "eve.ipynb").write_text(json.dumps(notebook))
    done = run(course, "grade", "example", handed_in, "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    (handed_in / "ben.ipynb").unlink()
    (handed_in / "cleo.ipynb").write_bytes((handed_in / "ada.ipynb").read_bytes() + b" ")
    done = run(course, "feedback", folder / "out")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"4 pages in {folder / 'out/feedback'}\n"
    return folder / "out"


def test_the_result_stands_beside_its_task(graded: Path) -> None:
    page = (graded / "feedback/ada.html").read_text()
    before, _, after = page.partition('id="task-1.1"')
    assert "What you handed in" in before
    assert "TODO 1.1" in before  # the stub's cell, which the result follows
    assert "10 / 10" in after


def test_what_is_gone_or_another_is_said(graded: Path) -> None:
    assert "no longer where it was graded" in (graded / "feedback/ben.html").read_text()
    cleo = (graded / "feedback/cleo.html").read_text()
    assert "cleo.ipynb is not what it was when it was graded." in cleo
    assert cleo.index('id="task-1.1"') < cleo.index("What you handed in")  # no place of its own is left


def test_one_student_alone(course: Path, run: Run, graded: Path) -> None:
    one = run(course, "feedback", graded, "--student", "ada")
    assert one.stdout.startswith("1 page in")
    nobody = run(course, "feedback", graded, "--student", "zoe")
    assert nobody.returncode == 2
    assert nobody.stderr.count("\n") == 1


def test_no_secret_case_is_shown(course: Path, graded: Path) -> None:
    secret = (course / "fixtures/example/secret/unequal_classes.json").read_text()
    numbers = {word.strip("[]{},") for word in secret.split() if "." in word}
    page = (graded / "feedback/eve.html").read_text()
    assert not [number for number in numbers if len(number) > 5 and number in page]


@pytest.fixture
def visit(chromium: Any) -> Iterator[Any]:
    """Opens pages; none of them may have an error or ask the network for anything."""
    contexts, wrong = [], []

    def open_page(path: Path, **settings: Any) -> Any:
        contexts.append(chromium.new_context(**settings))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("console", lambda said: wrong.append(said.text))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(("file:", "data:")) else wrong.append(asked.url),
        )
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.mark.parametrize("student", ["ada", "eve"])
def test_in_a_browser_nothing_of_a_notebook_runs(visit: Any, graded: Path, student: str) -> None:
    page = visit(graded / f"feedback/{student}.html")
    assert page.evaluate("() => window.ran") is None
    assert page.locator("main").count() == 1  # which no cell can close
    assert page.locator("main .task").count() == page.locator(".task").count() > 0
    assert page.locator("script, iframe, [onerror], [onload]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_a_phone_has_room(visit: Any, graded: Path, scheme: str) -> None:
    path = graded / "feedback/ada.html"
    page = visit(path, bypass_csp=True, color_scheme=scheme, viewport={"width": 360, "height": 700})
    page.add_script_tag(path=AXE)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
    serious = [
        (one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360


def test_printed_it_keeps_everything(visit: Any, graded: Path) -> None:
    page = visit(graded / "feedback/ada.html")
    page.emulate_media(media="print")
    assert page.locator(".cell:visible").count() == page.locator(".cell").count()
    assert page.pdf().startswith(b"%PDF")
