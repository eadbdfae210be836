"""How the files of `broken/` lay out what is handed in. Trusted side."""

import json
from pathlib import Path
from typing import Any


def write(folder: Path, notebook: Any, files: dict[str, bytes]) -> None:
    """A folder with `protonet.ipynb` (where there is one) and the files beside it."""
    folder.mkdir(exist_ok=True)
    if notebook is not None:
        (folder / "protonet.ipynb").write_text(json.dumps(notebook))
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
