"""Write `docs/gallery.md`: the figures that each lab's notebook shows when the reference answers are in it.

python docs/make_gallery.py [LAB ...]

Runs the notebooks on the embedded data, in what students get, one after the other, and prints what their
cells print, each with its seconds. Labs that are not named keep their figures.
"""

import base64
import io
import os
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

from autograder.authoring.bundle import write_bundle
from autograder.authoring.master import read_master
from autograder.authoring.notebook import solved_notebook
from autograder.course.layout import Assignment, find_course
from autograder.course.rubric import read_rubric

HERE = Path(__file__).parent
IMAGES = HERE / "img" / "gallery"
WIDTH = 1800  # pixels, at most: two for each of the page's, for sharp screens
TITLE = """# Gallery

What the labs' notebooks show when the reference answers are in them, on the data that every machine has:
drawn glyphs, people and objects, the digits of a package, and features of photographs. Written by `python
docs/make_gallery.py`; the figures on the real sets stand on the pages of the [labs](labs/protonet.md).
"""


def main(names: list[str]) -> None:
    """Draw the figures of some labs, or of all, and write the page."""
    os.environ.pop("COURSE_DATA", None)
    course = find_course(HERE)
    labs = course.assignments()
    IMAGES.mkdir(parents=True, exist_ok=True)
    for lab in labs:
        if not names or lab.name in names:
            for old in IMAGES.glob(f"{lab.name}-*.png"):
                old.unlink()
            notebook = executed(lab)
            for line in printed(notebook):
                print(line, flush=True)
            for number, (heading, png) in enumerate(figures(notebook), start=1):
                (IMAGES / f"{lab.name}-{number:02}-{_slug(heading)}.png").write_bytes(png)
    (HERE / "gallery.md").write_text(page(labs), encoding="utf-8")


def executed(lab: Assignment) -> nbformat.NotebookNode:
    """The solved notebook after it ran in an unpacked release."""
    source = solved_notebook(read_master(lab.master), lab.name)
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(write_bundle(lab, Path(folder))) as archive:
            archive.extractall(folder)
        place = Path(folder) / lab.name / "assignments" / lab.name
        notebook = nbformat.reads(source, as_version=4)
        NotebookClient(notebook, timeout=None, resources={"metadata": {"path": str(place)}}).execute()
        return notebook


def printed(notebook: nbformat.NotebookNode) -> Iterator[str]:
    """What each cell printed, below its name and how many seconds it took."""
    for cell in notebook.cells:
        if times := cell.metadata.get("execution"):
            began, ended = (
                datetime.fromisoformat(times[of]) for of in ("iopub.execute_input", "shell.execute_reply")
            )
            yield f"[{cell.id}: {(ended - began).total_seconds():.0f} s]"
            yield from (
                output.text.rstrip("\n")
                for output in cell.outputs
                if output.output_type == "stream" and output.name == "stdout"
            )


def figures(notebook: nbformat.NotebookNode) -> Iterator[tuple[str, bytes]]:
    """The heading above each figure, and the figure, made small enough for a page."""
    heading = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            headings = re.findall(r"^#+ (.+?)(?:  \(.*)?$", cell.source, re.M)
            heading = headings[-1] if headings else heading
        for output in cell.get("outputs", ()):
            if png := output.get("data", {}).get("image/png"):
                yield heading, _small(base64.b64decode(png))


def page(labs: list[Assignment]) -> str:
    """The page, of the figures that lie there."""
    text = TITLE
    for lab in labs:
        drawn = sorted(IMAGES.glob(f"{lab.name}-*.png"))
        text += f"\n## {read_rubric(lab.rubric).title}\n" if drawn else ""
        for path in drawn:
            caption = path.stem.removeprefix(f"{lab.name}-")[3:].replace("_", " ")
            text += f"\n![{caption}](img/gallery/{path.name}){{ loading=lazy }}\n\n*{caption}*\n"
    return text


def _slug(heading: str) -> str:
    return re.sub(r"[^\w.]+", "_", re.sub(r"[$\\{}`*]", "", heading)).strip("_")


def _small(png: bytes) -> bytes:
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.thumbnail((WIDTH, 4 * WIDTH))
    out = io.BytesIO()
    image.quantize(256).save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
