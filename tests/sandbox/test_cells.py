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
    ["raise SystemExit(3)", "exit()", "raise BaseException('b')", "raise KeyboardInterrupt", "input('?')"],
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
K = N * 2
def observe(): return {"n": N, "tau": math.tau > 6, "k": "K" in globals()}
"""
    training = Cell("lab.ipynb", 2, source, definitions_only=True)
    assert run(training).answers["observe/a"].values == {"n": 3, "tau": 1, "k": 0}


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
