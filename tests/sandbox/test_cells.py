"""What runs of a submission, and where its errors are said to be."""

import pytest

from autograder.course.rubric import Limits
from autograder.submission import Cell

DOUBLE = "def double(x):\n    return 2 * x\n"


def test_honest_submission_is_recorded_in_the_order_asked(run):
    seen = run(DOUBLE + "def other(x): return -x", calls=["double/a", "other/a", "double/b"])
    assert list(seen.answers) == ["double/a", "other/a", "double/b"]
    assert seen.answers["double/b"].values["twice"].tolist() == [2, 4]
    assert seen.answers["other/a"].values["y"].tolist() == [-1, -2]
    assert seen.recording.cell_errors == ()


def test_same_job_gives_the_same_bytes(run):
    cells = "import torch\ndef double(x): return torch.rand(3) + hash('text')"
    frames = [[raw.frame for raw in run(cells, calls=["double/a"]).recording.answers] for _ in range(2)]
    assert frames[0] == frames[1]


def test_seed_depends_on_the_job_and_the_case(run):
    cell = "import torch\ndef double(x): return torch.rand(3)"
    seen = run(cell, calls=["double/a", "double/b"])
    other = run(cell, calls=["double/a"], seed=1)
    drawn = [a.values["twice"].tolist() for a in (*seen.answers.values(), *other.answers.values())]
    assert drawn[0] != drawn[1]
    assert drawn[0] != drawn[2]


def test_raising_statement_costs_only_itself(run):
    seen = run("a = 1\n1 / 0\nb = 2", "def observe(): return {'sum': a + b}")
    assert seen.answers["observe/a"].values == {"sum": 3}
    (error,) = seen.recording.cell_errors
    assert (error.label, error.line, error.type) == ("lab.ipynb, cell 1", 2, "ZeroDivisionError")


@pytest.mark.parametrize("failing", ["1 / 0", "while True: pass", "import os; os._exit(1)"])
def test_script_that_fails_does_not_go_on_to_save(run, failing):
    """In Python nothing would come after it; here definitions still do, since what is right counts."""
    save = "from pathlib import Path\nPath('weights').write_text('untrained')"
    look = "def observe(): return {'late': late, 'saved': int(Path('weights').exists())}"
    seen = run(f"{failing}\n{save}\nlate = 1\n{look}", limits=Limits(cell_seconds=0.5))
    assert seen.answers["observe/a"].values == {"late": 1, "saved": 0}


@pytest.mark.parametrize("bad", ["def broken(:\n  pass", "x = '\0'", "(" * 5000])
def test_cell_that_cannot_be_parsed_costs_only_itself(run, bad):
    seen = run(bad, DOUBLE, calls=["double/a"])
    assert seen.outcomes == {"double/a": "ok"}
    assert seen.recording.cell_errors[0].label == "lab.ipynb, cell 1"


@pytest.mark.parametrize(
    "statement",
    ["raise SystemExit(3)", "exit()", "raise BaseException('b')", "raise KeyboardInterrupt"],
)
def test_exits_and_base_exceptions_cost_only_their_statement(run, statement):
    seen = run(statement + "\n" + DOUBLE, calls=["double/a"])
    assert seen.outcomes == {"double/a": "ok"}
    assert len(seen.recording.cell_errors) == 1


def test_exception_that_cannot_be_printed_is_located(run):
    cell = "class Odd(Exception):\n    def __str__(self): raise SystemExit\ndef observe():\n    raise Odd"
    error = run(cell).answers["observe/a"].error
    assert (error.type, error.message, error.label, error.line) == ("Exception", "", "lab.ipynb, cell 1", 4)


def test_error_names_the_deepest_line_of_the_students_own(run):
    seen = run(
        "import torch\ndef inner():\n    return torch.ones(2) @ torch.ones(3)", "def observe():\n    inner()"
    )
    answer = seen.answers["observe/a"]
    assert answer.outcome == "error"
    assert (answer.error.type, answer.error.label, answer.error.line) == (
        "RuntimeError",
        "lab.ipynb, cell 1",
        3,
    )


def test_name_of_an_exception_carries_nothing_out(run):
    cell = "class Secret42(ValueError): __module__ = 'builtins'\ndef observe(): raise Secret42"
    assert run(cell).answers["observe/a"].error.type == "ValueError"


def test_stub_is_not_implemented(run):
    answer = run("def observe():\n    raise NotImplementedError('TODO 1.1')").answers["observe/a"]
    assert answer.outcome == "not_implemented"
    assert answer.error.line == 2


def test_main_block_does_not_run_and_notebook_helpers_do_nothing(run):
    cell = """
if __name__ == "__main__":
    1 / 0
get_ipython().run_line_magic("matplotlib", "inline")
display("picture")
import matplotlib.pyplot as plt
plt.plot([1, 2]); plt.show()
def observe(): return {"name": __name__}
"""
    seen = run(cell)
    assert seen.answers["observe/a"].values == {"name": "submission"}
    assert seen.recording.cell_errors == ()


def test_dataclasses_future_annotations_and_source_work(run):
    cells = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\nimport inspect",
        "from __future__ import annotations\n@dataclass\nclass A:\n    x: NoSuchType = 3\n"
        "def observe(): return {'x': A().x, 'source': inspect.getsource(observe)}",
    )
    values = run(*cells).answers["observe/a"].values
    assert values["x"] == 3
    assert values["source"].startswith("def observe")


def test_definitions_only_leaves_out_what_computes(run):
    source = """
import math
N: int = 3
M = {"a": [1, -2]}
for _ in range(3): N += 1
K = sorted_by(N)
def observe(): return {"n": N, "tau": math.tau > 6, "k": "K" in globals()}
"""
    training = Cell("lab.ipynb", 2, source, definitions_only=True)
    seen = run(training)
    assert seen.answers["observe/a"].values == {"n": 3, "tau": 1, "k": 0}
    assert seen.recording.cell_errors == ()


SETTINGS = """
from pathlib import Path
import fractions, torch
SHORT = True
P, K = (32, 8) if SHORT else (64, 16)
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
HALF = fractions.Fraction(numerator=1, denominator=2)
FOLDER = Path("a") / f"{P}"
double = lambda x, by=K: 2 * x
if SHORT:
    K //= 4
try:
    import google.colab
    COLAB = True
except ImportError:
    COLAB = False
data = load_it()
EPOCHS = 3 if data.large else 12
def observe():
    missing = {"data", "EPOCHS"} - globals().keys()
    return {"k": K, "half": float(HALF), "device": str(DEVICE), "colab": COLAB, "missing": len(missing)}
"""


def test_settings_of_a_cell_that_does_not_run_are_there(run):
    seen = run(Cell("lab.ipynb", 1, SETTINGS, definitions_only=True))
    values = {"k": 2, "half": 0.5, "device": "cpu", "colab": 0, "missing": 2}
    assert seen.answers["observe/a"].values == values
    assert seen.recording.cell_errors == ()


@pytest.mark.parametrize("failing", ["x = 1 / 0", "if missing: pass", "x = missing"])
def test_a_setting_that_fails_ends_its_cell_as_in_python(run, failing):
    seen = run(f"{failing}\nopen('kept', 'w')\n{DOUBLE}", calls=["double/a"])
    assert seen.outcomes == {"double/a": "ok"}
    assert len(seen.recording.cell_errors) == 1
    look = "import os\ndef observe(): return {'kept': os.path.exists('kept')}"
    assert run(f"{failing}\nopen('kept', 'w')\n{look}").answers["observe/a"].values == {"kept": 0}


def test_a_module_knows_its_file(run):
    module = Cell("answers.py", None, "from pathlib import Path\nHERE = Path(__file__).name\n"
                  "def observe(): return {'here': HERE, 'later': Path(__file__).name}")  # fmt: skip
    assert run(module).answers["observe/a"].values == {"here": "answers.py", "later": "answers.py"}
    assert run("def observe(): return {'here': __file__}").outcomes == {"observe/a": "error"}


ELSEWHERE = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

@torch.compile
def scaled(x): return 2 * x

@torch.compile(mode="reduce-overhead")
def moved(x): return x.to("cuda:0").to(0).to(torch.device("mps")).to(device="cuda", dtype=torch.float64)

def observe():
    net = nn.Linear(2, 1).cuda().to("cuda")
    net.compile()
    breakpoint()
    import pdb; pdb.set_trace()
    input("Go on?")
    torch.cuda.set_device(0)
    torch.cuda.synchronize()
    torch.cuda.empty_cache()
    torch.cuda.manual_seed_all(3)
    (batch,), = DataLoader(TensorDataset(torch.ones(1, 2).pin_memory()), pin_memory=True)
    with torch.autocast("cuda"):
        out = torch.compile(net)(scaled(batch.cuda(non_blocking=True)))
    return {"out": out.detach() * 0, "kind": str(moved(batch).dtype), "meta": str(batch.to("meta").device)}
"""


def test_what_asks_for_another_machine_does_nothing(run):
    seen = run(ELSEWHERE)
    values = seen.answers["observe/a"].values
    assert values["out"].tolist() == [[0]]
    assert (values["kind"], values["meta"]) == ("torch.float64", "meta")
    assert seen.recording.cell_errors == ()


@pytest.mark.parametrize(
    "body", ["torch.zeros(2, device='cuda')", "torch.cuda.get_device_name()", "torch.ones(1, device='mps')"]
)
def test_what_needs_another_machine_is_one_sentence(run, body):
    error = run(f"import torch\ndef observe():\n    {body}").answers["observe/a"].error
    assert (
        error.message
        == "grading has no GPU: use `device`, where it is given, or that of the tensors at hand."
    )
    assert error.line == 3


def test_helpers_data_utils_and_handed_in_files_can_be_imported(run):
    cell = """
import helper, own.module, data_utils.seeding
def observe(): return {"given": helper.GIVEN, "own": own.module.OWN, "text": open("own/text.txt").read()}
"""
    seen = run(cell, files={"own/module.py": b"OWN = 5", "own/text.txt": b"hello"})
    assert seen.recording.cell_errors == ()
    assert seen.answers["observe/a"].values == {"given": 7, "own": 5, "text": "hello"}


def test_what_a_probe_call_changes_stays_in_its_probe(run):
    cell = """
import torch
torch.set_default_dtype(torch.float64); torch.set_grad_enabled(False)
state = []
def double(x):
    state.append(1)
    torch.set_default_dtype(torch.float16)
    return torch.ones(2) * len(state)
def other(x): return (torch.zeros(1, requires_grad=True) + len(state)) * torch.is_grad_enabled()
"""
    seen = run(cell, calls=["double/a", "other/a", "double/b"])
    assert seen.answers["other/a"].values["y"].tolist() == [0]
    assert seen.answers["other/a"].values["y"].dtype == "float32"


def test_threads_of_a_cell_do_not_hang_forks(run):
    cell = """
import torch
torch.set_num_threads(2)
m = torch.rand(600, 600) @ torch.rand(600, 600)
def observe():
    w = torch.rand(300, 300, requires_grad=True)
    (w @ w).sum().backward()
    return {"threads": torch.get_num_threads(), "shape": w.grad.shape[0]}
"""
    assert run(cell).answers["observe/a"].values == {"threads": 1, "shape": 300}


def test_output_of_cells_and_probes_is_kept(run):
    cell = (
        "import os\nprint('from a cell')\nos.system\ndef observe():\n    print('from a probe')\n    return {}"
    )
    assert run(cell).recording.output == "from a cell\nfrom a probe\n"


def test_wrong_kind_of_observation_is_the_probes_error(run):
    answer = run("def observe(): return {'x': [1, 2]}").answers["observe/a"]
    assert answer.outcome == "error"
    assert "'x' is a list" in answer.error.message


def test_files_can_be_copied_in_the_scratch_folder(run_confined):
    cell = """
import shutil
open("a", "w").write("text")
shutil.copy("a", "b"), shutil.copy2("a", "c")
def double(x): return x if open("b").read() + open("c").read() == "texttext" else None
"""
    seen = run_confined(cell, calls=["double/a"])
    assert seen.outcomes == {"double/a": "ok"}
    assert seen.recording.cell_errors == ()


def test_temporary_files_lie_in_the_scratch_folder(run_confined):
    cell = """
import os, tempfile
folder = tempfile.mkdtemp()
with tempfile.NamedTemporaryFile("w+", dir=None) as file:
    file.write("text")
def observe(): return {"inside": float(os.path.realpath(folder).startswith(os.path.realpath(".")))}
"""
    seen = run_confined(cell)
    assert seen.recording.cell_errors == ()
    assert seen.answers["observe/a"].values == {"inside": 1}


LATE = """
import sys
there = [name in sys.modules for name in ("mailbox", "xmlrpc.client", "own")]
def observe():
    import mailbox, own, no_such_module_anywhere
    from xmlrpc import client
before = [name in sys.modules for name in ("mailbox", "xmlrpc.client", "own")]
def double(x): return x[0] * 0 + sum(before) + 10 * sum(there)
"""


def test_libraries_that_a_function_imports_are_imported_once_a_submission(run):
    """In the box and not in each fork; what the student wrote only when it is asked for."""
    seen = run(LATE, calls=["double/a"], files={"own.py": b"print('own')"})
    assert seen.answers["double/a"].values["twice"] == 2
    assert seen.recording.cell_errors == ()
    assert seen.recording.output == ""
