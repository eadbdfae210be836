"""Opens a lab wherever its notebook lies: with its files, alone, in Colab, on Kaggle. In a student's kernel.

The text of `open_lab` is in the first cell of every notebook. Nothing may be installed yet, so it uses only
what comes with Python; and it leaves no name behind that an answer could use and grading would not have.
"""


def open_lab(lab: str, address: str, data: str) -> object:
    """Find or fetch the lab's files, install what is missing, change into the lab's folder; gives its checks.

    Args:
        address: the folder on the web where `LAB.zip` lies, if there is one.
        data: a folder with real data sets, or nothing. One on Google Drive is mounted first, in Colab.
    """
    import importlib
    import io
    import os
    import re
    import subprocess
    import sys
    import urllib.request
    import zipfile
    from importlib.metadata import PackageNotFoundError, version
    from pathlib import Path
    from typing import Any

    class NotOpened(Exception):
        def _render_traceback_(self) -> list[str]:  # what Jupyter shows in place of a traceback
            return [str(self)]

    def found(here: Path) -> Path | None:
        for root in (here, *here.parents, here / lab):  # the course around it, or the zip unpacked beside it
            if (root / f"autograder/graders/{lab}.toml").is_file() and (root / "assignments" / lab).is_dir():
                return root
        return None

    def fetched(here: Path) -> Path:
        packed = here / f"{lab}.zip"
        source = packed.as_uri() if packed.exists() else address and f"{address.rstrip('/')}/{lab}.zip"
        why = "this notebook names no address to fetch them from"
        try:
            if source:
                print(f"Fetching {source} ...")
                with urllib.request.urlopen(source, timeout=60) as answer:
                    zipfile.ZipFile(io.BytesIO(answer.read())).extractall(here)
                return here / lab
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            why = f"{source} cannot be read ({error})"
        raise NotOpened(
            f"The files of this lab are not here, and {why}. "
            f"Put the {lab}.zip that you got beside this notebook, and run this cell again."
        )

    def is_missing(requirement: str) -> bool:
        ours = requirement.startswith("./")  # the wheel in the zip
        try:
            version("few-label-labs" if ours else re.split(r"[^\w.-]", requirement)[0])
        except PackageNotFoundError:
            return True
        return False  # whatever its version: a platform's own torch stays as it is

    def install(root: Path) -> None:
        wanted = root / "requirements.txt"
        missing = [line for line in wanted.read_text().split() if is_missing(line)] if wanted.exists() else []
        if missing:
            print(f"Installing {', '.join(missing)} ...")
            pip = [sys.executable, "-m", "pip", "install", "--quiet", *missing]
            if subprocess.run(pip, cwd=root, check=False).returncode:
                raise NotOpened(f"pip could not install {', '.join(missing)}: above stands why.")
            importlib.invalidate_caches()

    def grader() -> Any:
        return importlib.import_module("autograder.notebook.grader").Grader(lab)

    if any(Path(entry).match(f"assignments/{lab}") for entry in sys.path):
        try:
            return grader()  # this cell ran before
        except ImportError:
            return None  # or it is run to be graded, where nothing else is to be checked
    here = Path.cwd()
    root = found(here) or fetched(here)
    install(root)
    if data.startswith("/content/drive/"):
        importlib.import_module("google.colab.drive").mount("/content/drive")
    if data:
        os.environ["COURSE_DATA"] = data
    os.environ["LAB_OPENED_FROM"] = str(here)  # where the notebook lies that is to be handed in
    os.chdir(root / "assignments" / lab)
    sys.path.insert(0, os.getcwd())
    return grader()
