"""Make the small class that `make demo` grades: what ten students might hand in.

    python solutions/protonet/make_demo_class.py

Each is the solved notebook with one thing changed, as a student would have written it. Run it again after a
change of the master.
"""

import json
import shutil
from pathlib import Path

from autograder.authoring.master import read_master
from autograder.authoring.notebook import solved_notebook
from autograder.course.layout import find_course

WEIGHTS = "protonet-trained.pth"

# Student -> (what stands in the reference, what this one wrote instead).
CHANGES = {
    "amara": {},
    "bjorn": {
        "F.log_softmax(-distances, dim=1)": "F.log_softmax(distances, dim=1)",
        "distances.argmin(dim=1)": "distances.argmax(dim=1)",
    },
    "chiara": {"F.log_softmax(-distances, dim=1)": "F.log_softmax(-distances, dim=0)"},
    "dmitri": {"self.emb_dim).mean(dim=1)": "self.emb_dim).mean(dim=1).detach()"},
    "emeka": {"F.log_softmax(-distances, dim=1)": "torch.log2(F.softmax(-distances, dim=1))"},
    "fatima": {"accuracy = (predicted == target).float().mean()": "accuracy = (predicted == target).sum()"},
    "goran": {"positive = F.one_hot(labels, len(self.proxies)).bool()": "while True:\n            pass"},
    "hana": {"images = torch.cat(": "import os\n\n        os._exit(0)\n        images = torch.cat("},
}


def main() -> None:
    """Write the class afresh."""
    assignment = find_course(Path(__file__).parent).assignment("protonet")
    solved = solved_notebook(read_master(assignment.master), assignment.name)
    weights = (assignment.solution_dir / "files" / WEIGHTS).read_bytes()
    folder = assignment.fixtures_dir / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for student, changes in CHANGES.items():
        # Folders, as a platform's download unpacks: the same weights are one object to git.
        (folder / student).mkdir()
        (folder / student / "protonet.ipynb").write_bytes(_changed(solved, changes))
        (folder / student / WEIGHTS).write_bytes(weights)
    shutil.copy(assignment.notebook, folder / "ines.ipynb")  # nothing done yet
    (folder / "jonas.ipynb").write_bytes(solved[:2000].encode())  # broken off while it was saved


def _changed(notebook: str, changes: dict[str, str]) -> bytes:
    document = json.loads(notebook)
    for old, new in changes.items():
        cells = [cell for cell in document["cells"] if old in "".join(cell["source"])]
        if len(cells) != 1:
            raise SystemExit(f"{len(cells)} cells of the solved notebook have {old!r}; it should be one.")
        cells[0]["source"] = "".join(cells[0]["source"]).replace(old, new)
    return json.dumps(document, indent=1).encode()


if __name__ == "__main__":
    main()
