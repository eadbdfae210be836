"""One attack of each family against three graders, and what came of it: the table of docs/security.md.

    pip install -e ".[instructor,nbgrader,otter]"
    python benchmarks/attacks.py

Each submission has wrong losses (they return zero) and one attack. What is printed was seen: the points that
a grader gave, of six, or whether the attack could leave its mark. Nothing is isolated by hand: each grader
runs as its documentation starts it, on this machine, without containers.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from assignment import ENVIRONMENT, PROTONET, code, nbgraders, notebook, otters, ours

WRONG = {
    "protonet_loss": "def protonet_loss(support, query):\n    return support.sum() * 0",
    "triplet_loss": "def triplet_loss(anchor, positive, negative):\n    return anchor.sum() * 0",
}
PATIENCE = 60  # seconds; a grader that still runs then is stopped from outside
MARK = "{mark}"  # the file that an attack leaves where it succeeds

ATTACKS: dict[str, str] = {
    "patches torch.allclose": "torch.allclose = lambda *a, **k: True",
    "reads the tests": """
import glob, os
word = "check_" + "many_classes"
for up in ("", "..", "../..", "../../.."):
    for path in glob.glob(os.path.join(os.getcwd(), up, "**", "*"), recursive=True):
        if path.endswith((".py", ".ipynb")) and os.path.isfile(path):
            if word in open(path, errors="replace").read():
                open("{mark}", "w").write(path)
""",
    "finds the tests in memory": """
import gc
word = "check_" + "many_classes"
for thing in gc.get_objects():
    for inner in gc.get_referents(thing):
        if isinstance(inner, str) and word in inner:
            open("{mark}", "w").write("x")
""",
    "reads a sibling's file": """
try:
    if "secret" in open("{sibling}").read():
        open("{mark}", "w").write("x")
except OSError:
    pass
""",
    "writes outside its folder": """
try:
    open("{mark}", "w").write("x")
except OSError:
    pass
""",
    "reads the environment": """
import os
if os.environ.get("COURSE_SECRET"):
    open("{mark}", "w").write("x")
""",
    "connects by TCP": """
import socket
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=2)
except OSError:
    pass
""",
    "leaves a daemon": """
import subprocess
try:
    subprocess.Popen(["sh", "-c", "sleep 120; : {daemon}"], start_new_session=True)
except OSError:
    pass
""",
    "takes 6 GB": """
data = bytearray(6 << 30)
data[::4096] = bytes(len(data[::4096]))
open("{mark}", "w").write("x")
""",
    "os._exit, the other answer right": "import os\nif True: os._exit(0)",
    "endless loop, the other answer right": "while True: pass",
}


def main() -> None:
    """Run every attack on every grader and print the table as Markdown."""
    print("| attack | this engine | otter run | nbgrader autograde |\n| --- | --- | --- | --- |")
    for name, attack in ATTACKS.items():
        seen = [run(name, attack, grade) for grade in (with_ours, with_otter, with_nbgrader)]
        print(f"| {name} | " + " | ".join(seen) + " |", flush=True)


def run(name: str, attack: str, grade: Callable[[Path, Path], float | None]) -> str:
    """What one attack came to with one grader."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
        room = Path(folder)
        room.chmod(0o777)
        mark, sibling = room / "mark", room / "sibling.ipynb"
        sibling.write_text("secret")
        reached = threading.Event()
        threading.Thread(target=_accept, args=(server, reached), daemon=True).start()
        filled = attack.replace(MARK, str(mark)).replace("{sibling}", str(sibling))
        filled = filled.replace("{port}", str(server.getsockname()[1])).replace("{daemon}", mark.parent.name)
        kept = "right" in name
        cells = [
            code("import torch"),
            code(PROTONET if kept else WRONG["protonet_loss"]),
            code(WRONG["triplet_loss"] + "\n" + filled),
        ]
        submission = room / "work.ipynb"
        submission.write_text(notebook(cells))
        points = grade(room, submission)
        left, daemons = mark.exists(), _daemons(mark.parent.name)
    told = "no result" if points is None else f"{points:g} of 6 points"
    if name == "leaves a daemon":
        return "alive" if daemons else "ended"
    if name == "connects by TCP":
        return "connected" if reached.is_set() else "refused"
    if MARK in attack:
        return "succeeds" if left else "fails"
    return told


def _accept(server: socket.socket, reached: threading.Event) -> None:
    try:
        server.accept()
        reached.set()
    except OSError:
        pass


def _daemons(word: str) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (
                word.encode() in (entry / "cmdline").read_bytes()
                and b"sleep" in (entry / "cmdline").read_bytes()
            ):
                found.append(int(entry.name))
                os.kill(int(entry.name), signal.SIGKILL)
        except OSError:
            continue
    return found


def _run(command: list[str], cwd: Path) -> bool:
    """Whether it ended by itself."""
    environment = ENVIRONMENT | {"COURSE_SECRET": "hidden"}
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(PATIENCE)
        return True
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return False


def with_ours(room: Path, submission: Path) -> float | None:
    """Points, by this engine."""
    course = ours(room / "course")
    out = room / "out"
    _run(
        [sys.executable, "-P", "-m", "autograder", "grade", "peers", str(submission), "--out", str(out)],
        course,
    )
    results = [json.loads(path.read_text()) for path in (out / "results").glob("*.json")]
    return results[0]["score"] if results else None


def with_otter(room: Path, submission: Path) -> float | None:
    """Points, by `otter run`; the sum over its visible results."""
    (room / "otter").mkdir()
    archive = otters(room / "otter")
    command = [
        sys.executable,
        "-m",
        "otter",
        "run",
        "--no-logo",
        "-a",
        str(archive),
        "-o",
        str(room),
        str(submission),
    ]
    _run(command, room)
    results = room / "results.json"
    if not results.exists():
        return None
    return sum(test.get("score") or 0 for test in json.loads(results.read_text())["tests"])


def with_nbgrader(room: Path, submission: Path) -> float | None:
    """Points, by `nbgrader autograde`, from its gradebook."""
    folder = room / "nbgrader"
    folder.mkdir()
    nbgraders(folder, 1)
    path = folder / "submitted/s000/ps1/problem.ipynb"
    released, mine = json.loads(path.read_text()), json.loads(submission.read_text())
    answers = iter(cell["source"] for cell in mine["cells"][1:])
    for cell in released["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = next(answers)
    path.write_text(json.dumps(released))
    ended = _run([sys.executable, "-m", "nbgrader", "autograde", "ps1"], folder)
    code_ = (
        "from nbgrader.api import Gradebook\n"
        f"with Gradebook('sqlite:///{folder}/gradebook.db') as g:\n"
        "    print(g.find_submission('ps1', 's000').score)"
    )
    graded = list(folder.glob("autograded/s000/ps1/problem.ipynb"))
    ran = subprocess.run(
        [sys.executable, "-c", code_], env=ENVIRONMENT, capture_output=True, text=True, cwd=folder
    )
    return float(ran.stdout) if ended and graded and ran.returncode == 0 else None


if __name__ == "__main__":
    main()
