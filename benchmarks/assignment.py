"""The same small assignment for three graders: two losses, three checks each.

`student(number)` is the submission, `ours`, `otters` and `nbgraders` lay out what each grader wants.
"""

import json
import os
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

# nbgrader starts `alembic` by its name.
ENVIRONMENT = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
IMPORTS = "import torch\n"
PROTONET = """
def protonet_loss(support, query):
    \"\"\"Mean negative log-probability of the right class; support (C, S, D), query (C, Q, D).\"\"\"
    prototypes = support.mean(dim=1)
    classes, queries, _ = query.shape
    distances = torch.cdist(query.reshape(classes * queries, -1), prototypes)
    log_p = (-distances).log_softmax(dim=1).reshape(classes, queries, classes)
    return -torch.stack([log_p[c, :, c] for c in range(classes)]).mean()
"""
TRIPLET = """
def triplet_loss(anchor, positive, negative):
    \"\"\"The mean of max(d(a, p) - d(a, n) + 1, 0) over the batch.\"\"\"
    gap = (anchor - positive).norm(dim=1) - (anchor - negative).norm(dim=1)
    return (gap + 1).clamp(min=0).mean()
"""
# Each check calls the student's function itself: value, another shape, gradient.
CHECKS = {
    "q1": """
def episode(classes, seed):
    g = torch.Generator().manual_seed(seed)
    return torch.randn(classes, 5, 16, generator=g), torch.randn(classes, 5, 16, generator=g)

def reference(support, query):
    p = support.mean(1)
    d = torch.cdist(query.flatten(0, 1), p).reshape(len(p), -1, len(p))
    return -torch.stack([(-d).log_softmax(-1)[c, :, c] for c in range(len(p))]).mean()

def check_value(f):
    assert torch.allclose(f(*episode(5, 0)), reference(*episode(5, 0)), atol=1e-5)

def check_many_classes(f):
    assert torch.allclose(f(*episode(60, 1)), reference(*episode(60, 1)), atol=1e-5)

def check_gradient(f):
    grads = []
    for loss in (f, reference):
        support, query = episode(5, 2)
        support.requires_grad_()
        loss(support, query).backward()
        grads.append(support.grad)
    assert torch.allclose(*grads, atol=1e-5)
""",
    "q2": """
def triplets(batch, seed):
    g = torch.Generator().manual_seed(seed)
    return [torch.randn(batch, 32, generator=g) for _ in range(3)]

def check_value(f):
    assert torch.allclose(f(*triplets(64, 0)), torch.nn.TripletMarginLoss()(*triplets(64, 0)), atol=1e-4)

def check_one(f):
    assert torch.allclose(f(*triplets(1, 1)), torch.nn.TripletMarginLoss()(*triplets(1, 1)), atol=1e-4)

def check_gradient(f):
    grads = []
    for loss in (f, torch.nn.TripletMarginLoss()):
        a, p, n = triplets(64, 2)
        a.requires_grad_()
        loss(a, p, n).backward()
        grads.append(a.grad)
    assert torch.allclose(*grads, atol=1e-4)
""",
}
FUNCTIONS = {"q1": "protonet_loss", "q2": "triplet_loss"}
NAMES = {"q1": ("value", "many_classes", "gradient"), "q2": ("value", "one", "gradient")}


def notebook(cells: list[dict]) -> str:
    """Notebook JSON."""
    for number, cell in enumerate(cells):
        cell.setdefault("metadata", {})
        cell["id"] = f"c{number}"
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def code(source: str, **nbgrader: object) -> dict:
    """A code cell; keywords are nbgrader's metadata."""
    metadata = {"nbgrader": {"schema_version": 3, **nbgrader}} if nbgrader else {}
    return {"cell_type": "code", "source": source.strip("\n"), "metadata": metadata}


def student(number: int) -> str:
    """A submission, its own by one line."""
    return notebook([code(IMPORTS + f"mine = {number}"), code(PROTONET), code(TRIPLET)])


# Otter


def otters(folder: Path) -> Path:
    """`autograder.zip`."""
    tests = folder / "tests"
    tests.mkdir(parents=True)
    for question, checks in CHECKS.items():
        body = "OK_FORMAT = False\nfrom otter.test_files import test_case\nimport torch\n\n"
        body += f'name = "{question}"\npoints = None\n{checks}\n'
        for check in NAMES[question]:
            body += f"\n@test_case(points=1)\ndef test_{check}({FUNCTIONS[question]}):\n"
            body += f"    check_{check}({FUNCTIONS[question]})\n"
        (tests / f"{question}.py").write_text(body)
    archive = folder / "autograder.zip"
    command = [sys.executable, "-m", "otter", "generate", "-t", str(tests), "-o", str(archive)]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    assert zipfile.is_zipfile(archive)
    return archive


# nbgrader


def nbgraders(folder: Path, count: int) -> Path:
    """A course folder with `count` submissions of `ps1`."""
    source = folder / "source/ps1"
    source.mkdir(parents=True)
    cells = [code(IMPORTS)]
    for question, body in {"q1": PROTONET, "q2": TRIPLET}.items():
        cells.append(code(body, grade=False, solution=True, locked=False, task=False, grade_id=question))
        for check in NAMES[question]:
            test = f"{CHECKS[question]}\ncheck_{check}({FUNCTIONS[question]})"
            marks = {"points": 1, "grade_id": f"{question}_{check}"}
            cells.append(code(test, grade=True, solution=False, locked=True, task=False, **marks))
    text = notebook(cells)
    (source / "problem.ipynb").write_text(text)
    (folder / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(folder)!r}\nc.Application.log_level = 40\n"
    )
    run = [sys.executable, "-m", "nbgrader"]
    subprocess.run(
        [*run, "generate_assignment", "ps1", "--create"],
        check=True,
        capture_output=True,
        cwd=folder,
        env=ENVIRONMENT,
    )
    for number in range(count):
        mine = folder / f"submitted/s{number:03d}/ps1"
        mine.mkdir(parents=True)
        (mine / "problem.ipynb").write_text(
            text.replace("import torch", f"import torch\\nmine = {number}", 1)
        )
    return folder


# Ours


def ours(root: Path) -> Path:
    """A course folder with one lab, `peers`."""
    files = {
        "solutions/peers/peers.py": _master(),
        "solutions/peers/wrong/sum_for_mean.py": '"""The sum for the mean."""\nLOSES = {"2"}\n\n'
        "def triplet_loss(anchor, positive, negative):\n"
        "    gap = (anchor - positive).norm(dim=1) - (anchor - negative).norm(dim=1)\n"
        "    return (gap + 1).clamp(min=0).sum()\n",
        "assignments/peers/probes.py": _PROBES,
        "autograder/graders/test_peers.py": _GRADERS,
        "autograder/graders/peers.toml": 'title = "Two losses"\n'
        '[tasks."1"]\ntitle = "ProtoNet"\nkind = "code"\npoints = 3\n'
        '[tasks."2"]\ntitle = "Triplet"\nkind = "code"\npoints = 3\n',
    }
    for visibility in ("sample", "secret"):
        for probe in ("protonet", "triplet"):
            files[f"fixtures/peers/{visibility}/{probe}.json"] = json.dumps(
                {"schema": "case/1", "probe": probe, "seed": len(visibility)}
            )
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    subprocess.run(
        [sys.executable, "-P", "-m", "autograder", "build"], check=True, capture_output=True, cwd=root
    )
    return root


def _master() -> str:
    def cell(task: str, title: str, body: str) -> str:
        lines = body.strip("\n").split("\n")
        head, rest = lines[:2], lines[2:]
        solution = ["    # BEGIN SOLUTION", *rest, "    # END SOLUTION"]
        source = "\n".join([*head, f"    # TODO {task}: write it", *solution])
        return (
            f'# %% [markdown] id="task-{task}"\n# ## {task} {title}  (3 points, medium, 10 minutes)\n\n'
            f'# %% id="answer-{task}" tags=["task-{task}"]\n{source}\n\n'
        )

    return (
        '# %% [markdown] id="title"\n# # Two losses\n\n# %% id="imports" tags=["given"]\nimport torch\n\n'
        + cell("1", "ProtoNet", PROTONET)
        + cell("2", "Triplet", TRIPLET)
    )


_PROBES = textwrap.dedent('''
    """Runs inside the sandbox, on the student's namespace `ns`."""
    import torch


    def protonet(ns, case):
        g = torch.Generator().manual_seed(int(case["seed"]))
        seen = {}
        for classes in (5, 60):
            support = torch.randn(classes, 5, 16, generator=g, requires_grad=True)
            loss = ns["protonet_loss"](support, torch.randn(classes, 5, 16, generator=g))
            loss.backward()
            seen |= {f"loss_{classes}": loss, f"grad_{classes}": support.grad}
        return seen


    def triplet(ns, case):
        g = torch.Generator().manual_seed(int(case["seed"]))
        seen = {}
        for batch in (64, 1):
            a, p, n = (torch.randn(batch, 32, generator=g) for _ in range(3))
            a.requires_grad_()
            loss = ns["triplet_loss"](a, p, n)
            loss.backward()
            seen |= {f"loss_{batch}": loss, f"grad_{batch}": a.grad}
        return seen
''').lstrip()
_GRADERS = (
    '"""Judges the two losses. Trusted side."""\n\nfrom autograder.judging import assert_close, probe, task\n'
)
for _task, _probe, _values in (
    ("1", "protonet", ("loss_5", "loss_60", "grad_5")),
    ("2", "triplet", ("loss_64", "loss_1", "grad_64")),
):
    for _value in _values:
        _GRADERS += (
            f'\n\n@task("{_task}")\n@probe("{_probe}")\ndef test_{_probe}_{_value}(answer, expected):\n'
            f'    assert_close(answer["{_value}"], expected["{_value}"], hint="Look at the formula again.")\n'
        )
