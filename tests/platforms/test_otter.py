"""The autograder for Otter, graded with by the installed `otter run`."""

import json
import os
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.course.layout import find_course
from autograder.platforms.otter import InCourse, _one_call
from autograder.platforms.package import write_otter
from tests.conftest import HandIn, Run
from tests.labs.alone import alone

ROOT = Path(__file__).parents[2]
TEN = {
    "right": "",
    "a mask for each class": """
def class_means(features, labels):
    mask = (labels.unique()[:, None] == labels).to(features.dtype)
    return mask @ features / mask.sum(dim=1, keepdim=True)
""",
    "index_add": """
def class_means(features, labels):
    classes, places = labels.unique(return_inverse=True)
    sums = torch.zeros(len(classes), features.shape[1]).index_add(0, places, features)
    return sums / places.bincount()[:, None]
""",
    "detached": """
def class_means(features, labels):
    return torch.stack([features[labels == c].mean(dim=0) for c in labels.unique()]).detach()
""",
    "in NumPy": """
import numpy as np
def class_means(features, labels):
    x, y = features.detach().numpy(), labels.numpy()
    return torch.from_numpy(np.stack([x[y == c].mean(axis=0) for c in np.unique(y)]))
""",
    "sums": """
def class_means(features, labels):
    return torch.stack([features[labels == c].sum(dim=0) for c in labels.unique()])
""",
    "classes counted from 0": """
def class_means(features, labels):
    return torch.stack([features[labels == c].mean(dim=0) for c in range(int(labels.max()) + 1)])
""",
    "the wrong shape": """
def class_means(features, labels):
    return features.mean(dim=0)
""",
    "raises": """
def class_means(features, labels):
    raise ValueError("not today")
""",
    "nothing": """
def class_means(features, labels):
    raise NotImplementedError
""",
}


@pytest.fixture(scope="module")
def exported(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_otter(find_course(course).assignment("example"), tmp_path_factory.mktemp("otter"))


# What `otter run` calls, for several notebooks in one process: each would import Otter anew otherwise.
# It ends at once: a thread of Otter's that reads a kernel's log spins where the kernel went in mid-sentence.
OTTER_RUN = """
import os
import sys
from pathlib import Path
from otter.run import main
for notebook in sys.argv[2:]:
    out = Path(notebook).with_suffix("")
    out.mkdir()
    main(notebook, autograder=sys.argv[1], output_dir=str(out), no_logo=True)
os._exit(0)
"""


def otter_run(exported: Path, notebooks: list[Path]) -> None:
    """Let Otter grade notebooks, in a folder that is no course; results.json is in a folder for each."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", OTTER_RUN, exported, *notebooks],
        cwd=notebooks[0].parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def otters_score(notebook: Path) -> float:
    results = json.loads((notebook.with_suffix("") / "results.json").read_text())
    return sum(test.get("score") or 0 for test in results["tests"])


@pytest.mark.long
def test_ten_honest_submissions_get_the_points_that_our_own_grading_gives(
    exported: Path, course: Path, run: Run, hand_in: HandIn, right: str, tmp_path: Path
) -> None:
    handed = hand_in(tmp_path / "in", {name: source or right for name, source in TEN.items()})
    graded = run(course, "grade", "example", handed, "--out", tmp_path / "out")
    assert graded.returncode == 0, graded.stderr

    notebooks = [handed / f"{name}.ipynb" for name in TEN]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(otter_run, [exported, exported], [notebooks[:5], notebooks[5:]]))
    theirs = {notebook.stem: otters_score(notebook) for notebook in notebooks}
    ours = {name: json.loads((tmp_path / f"out/results/{name}.json").read_text())["score"] for name in TEN}
    assert theirs == ours
    assert set(ours.values()) == {0, 5, 10}


@pytest.mark.long
@pytest.mark.thorough  # ten kernels that run a notebook each: minutes
def test_the_demo_class_gets_the_same_points(run: Run, tmp_path: Path) -> None:
    """A real lab, with weights, in zips as students hand them in. Otter refuses what is no notebook."""
    lab = alone("protonet", tmp_path / "course")
    demo = ROOT / "fixtures/protonet/demo"
    graded = run(lab.root, "grade", lab.name, demo, "--out", tmp_path / "out")
    assert graded.returncode == 0, graded.stderr

    zips = []
    for one in sorted(demo.iterdir()):
        if one.name != "jonas.ipynb":
            zips.append(tmp_path / f"{one.stem}.zip")
            with zipfile.ZipFile(zips[-1], "w") as archive:
                for path in [one] if one.is_file() else one.iterdir():
                    archive.write(path, "protonet.ipynb" if path.suffix == ".ipynb" else path.name)
    exported = write_otter(lab, tmp_path / "for-otter")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(otter_run, [exported, exported], [zips[::2], zips[1::2]]))
    theirs = {path.stem: round(otters_score(path), 2) for path in zips}
    ours = {
        path.stem: json.loads((tmp_path / f"out/results/{path.stem}.json").read_text())["score"]
        for path in zips
    }
    assert theirs == ours
    assert len(set(ours.values())) > 4


def test_it_holds_the_secret_cases_and_no_solution(exported: Path, course: Path) -> None:
    with zipfile.ZipFile(exported) as archive:
        names = archive.namelist()
        held = b"".join(archive.read(name) for name in names if not name.endswith(".whl"))
    assert {"setup.sh", "run_autograder", "run_otter.py", "otter_config.json", "tests/1.1.py"} <= set(names)
    assert [name for name in names if "/secret/" in name]
    assert not [name for name in names if "solutions" in name]
    reference = "torch.stack([features[labels == c]"
    assert reference in (course / "solutions/example/example.py").read_text()
    assert reference.encode() not in held


def test_training_does_not_run_and_its_definitions_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Training would take minutes, and write over the weights that were handed in."""
    lab = find_course(ROOT).assignment("protonet")
    for path in (lab.public_dir, lab.rubric, lab.graders, lab.sample_dir):
        link = tmp_path / "course" / path.relative_to(ROOT)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)
    monkeypatch.chdir(tmp_path)
    training = "import torch\n\n\nclass Mine:\n    rate = 0.1\n\n\ntorch.save({}, 'protonet-trained.pth')"
    cells = [new_code_cell("x = 1"), new_code_cell(training, metadata={"tags": ["skip"]})]
    given = new_notebook(cells=[*cells, new_code_cell("grader.check('3.1')", metadata={"tags": ["check"]})])
    plugin = InCourse("", "", {})
    sources = [cell.source for cell in plugin.before_execution(given).cells]
    assert sources[1:] == ["x = 1", "import torch\n\nclass Mine:\n    rate = 0.1"]


def test_a_call_neither_hangs_nor_ends_the_kernel() -> None:
    def hang() -> None:
        while True:
            pass

    leave = os._exit
    for call in (hang, lambda: os._exit(3)):
        with pytest.raises(SystemExit), _one_call(0.01):
            call()
    assert os._exit is leave
