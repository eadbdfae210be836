"""A class of thirty with three written tasks: the reading lab cut short, and what students handed in.

Also what `docs/make_desk_pictures.py` grades. Answers are put together from sentences of the lab's own
samples and references, the same ones every time.
"""

import base64
import io
import json
import random
import re
import shutil
import signal
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.commands import command_line, run
from tests.conftest import hear_ctrl_c

ROOT = Path(__file__).parents[2]
LAB = "sam_reading"
TASKS = ("1.1", "3.1", "4.1")
STUDENTS = [
    "amara",
    "bjorn",
    "chiara",
    "dmitri",
    "emeka",
    "fatima",
    "goran",
    "hana",
    "ines",
    "jonas",
    "kaito",
    "lena",
    "mateo",
    "nour",
    "olga",
    "priya",
    "quentin",
    "rosa",
    "samir",
    "tuva",
    "umar",
    "vera",
    "wanja",
    "ximena",
    "yusuf",
    "zofia",
    "aino",
    "bela",
    "cosmo",
    "delia",
]
ATTACK = """SAM answers *any* prompt. <script>document.body.dataset.ran = "script"</script>
<img src="x" onerror="document.body.dataset.ran = 'onerror'">
<b onclick="document.body.dataset.ran = 'onclick'" style="position:fixed;inset:0">bold</b>

[a link](javascript:document.body.dataset.ran='link') and ![a picture](https://stranger.example/pixel.png)
<iframe srcdoc="<script>parent.document.body.dataset.ran='iframe'</script>"></iframe>
<form action="https://stranger.example"><button>Next</button></form>
<div hx-get="https://stranger.example/hx" hx-trigger="load" data-hx-on="load: 1">div</div>

The masks of an image are $\\hat m = \\sigma(\\langle t_k, f \\rangle)$, and enough words follow for an answer
that nobody would call short, since whoever attacks a desk does not want to be looked at for another reason.

<div title="

$\\text{" onmouseover=document.body.dataset.ran='math' x="}$ ">

<svg onload="document.body.dataset.ran = 'svg'"></svg>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">
"""


def make_course(root: Path) -> Path:
    """The reading lab with three of its tasks, built."""
    for folder in ("assignments", "solutions", "autograder/graders"):
        (root / folder).mkdir(parents=True)
    master = (ROOT / f"solutions/{LAB}/{LAB}.py").read_text(encoding="utf-8")
    cells = re.split(r"(?m)^(?=# %%)", master)
    wanted = {f"{what}-{task.replace('.', '-')}" for task in TASKS for what in ("task", "answer")}
    kept = [cell for cell in cells if not (found := _task_cell(cell)) or found in wanted]
    (root / f"solutions/{LAB}").mkdir()
    (root / f"solutions/{LAB}/{LAB}.py").write_text("".join(kept), encoding="utf-8")
    samples = root / f"solutions/{LAB}/written"
    samples.mkdir()
    for task in TASKS:
        shutil.copy(ROOT / f"solutions/{LAB}/written/{task}.toml", samples)
    rubric = (ROOT / f"autograder/graders/{LAB}.toml").read_text(encoding="utf-8")
    tables = re.split(r"(?m)^(?=\[tasks)", rubric)
    chosen = tables[:1] + [table for table in tables[1:] if table.split('"')[1] in TASKS]
    (root / f"autograder/graders/{LAB}.toml").write_text("".join(chosen), encoding="utf-8")
    (root / f"assignments/{LAB}").mkdir()
    shutil.copy(ROOT / f"assignments/{LAB}/architecture.svg", root / f"assignments/{LAB}")
    built = run(root, "build")
    assert built.returncode == 0, built.stdout + built.stderr
    return root


def make_class(course: Path, folder: Path) -> Path:
    """Thirty notebooks in `folder`."""
    stub = json.loads((course / f"assignments/{LAB}/{LAB}.ipynb").read_text(encoding="utf-8"))
    answers = {task: _answers(course, task) for task in TASKS}
    folder.mkdir(parents=True)
    for student in STUDENTS:
        cells = []
        for cell in stub["cells"]:
            task = next((task for task in TASKS if cell["id"] == f"answer-{task.replace('.', '-')}"), None)
            if task is None:
                cells.append(cell)
            elif (answer := answers[task][student]) is not None:
                more: dict[str, Any] = {"attachments": {"plot.png": {"image/png": _plot()}}}
                cells.append(cell | {"source": answer} | (more if "attachment:" in answer else {}))
        (folder / f"{student}.ipynb").write_text(json.dumps(stub | {"cells": cells}), encoding="utf-8")
    return folder


def _task_cell(cell: str) -> str | None:
    found = re.match(r'# %%.*id="((?:task|answer)-\d[\w-]*)"', cell)
    return found[1] if found else None


def _answers(course: Path, task: str) -> Mapping[str, str | None]:
    """What each student wrote; `None` where the cell was deleted."""
    samples = tomllib.loads((course / f"solutions/{LAB}/written/{task}.toml").read_text(encoding="utf-8"))
    strong, weak = samples["strong"]["text"].strip(), samples["weak"]["text"].strip()
    sentences = [_sentences(text) for text in (strong, weak)]
    chance = random.Random(f"answers to {task}")
    found: dict[str, str | None] = {}
    for number, student in enumerate(STUDENTS):
        good, vague = sentences
        mixed = chance.sample(good, min(len(good), 2 + number % 4)) + chance.sample(vague, min(len(vague), 2))
        chance.shuffle(mixed)
        opening = f"I read this as follows ({student[0].upper()}{number}). "
        found[student] = opening + " ".join(mixed[:3]) + "\n\n" + " ".join(mixed[3:])
    found["chiara"] = strong
    found["dmitri"] = strong.replace(" the ", " this ", 1)  # chiara's, nearly
    found["emeka"] = weak
    found["jonas"] = weak
    found["goran"] = None
    found["hana"] = None
    found["ines"] = "*Your answer here.*"
    found["kaito"] = "It segments anything."
    found["lena"] = ATTACK
    found["mateo"] = (
        "The mask at place $x$ is a product with the embedding $f$ of the image:\n\n"
        "$$\\hat m_k(x) = \\sigma\\left(\\sum_{c=1}^{C} t_{kc}\\, f_c(x)\\right), \\qquad C = 256$$\n\n"
        "| part | runs | cost |\n| --- | --- | --- |\n| encoder | once an image | high |\n"
        "| decoder | once a prompt | about 50 ms |\n\n"
        "What I saw in the demonstration:\n\n![three masks for one click](attachment:plot.png)\n\n"
        "So one click has several valid answers, and the model gives three of them with a score each."
    )
    return found


def _sentences(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"(?<=[.!?])\s+(?=[A-Z])", text) if part.strip()]


def _plot() -> str:
    """A small picture with three bars, as base64."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (360, 120), "white")
    draw = ImageDraw.Draw(picture)
    for at, (width, colour) in enumerate(((300, "#4d83a8"), (220, "#1b6e43"), (90, "#7a5200"))):
        draw.rectangle((20, 15 + 34 * at, 20 + width, 40 + 34 * at), fill=colour)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


class Opened:
    """A desk that runs in a process of its own."""

    def __init__(self, course: Path, graded: Path, author: str, *more: str) -> None:
        self.graded = graded
        self.process = subprocess.Popen(
            command_line("desk", graded, "--author", author, *more),
            cwd=course,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=hear_ctrl_c,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/\S+/", line)
        assert found, line + self.process.communicate(timeout=60)[0]
        self.url, self.port = found[0], int(found[1])

    def close(self) -> str:
        """Ctrl-C; what it said."""
        return self._end(signal.SIGINT)

    def kill(self) -> None:
        """What no process can do anything about."""
        self._end(signal.SIGKILL)

    def _end(self, by: int) -> str:
        if self.process.poll() is None:
            self.process.send_signal(by)
        return self.process.communicate(timeout=120)[0]
