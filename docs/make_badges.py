"""Write the badges that open a notebook in Colab or on Kaggle, by `course.toml`, into README and pages.

python docs/make_badges.py
"""

import re
from pathlib import Path

from autograder.course.layout import find_course
from autograder.course.settings import read_settings

ROOT = Path(__file__).parents[1]
PLACEHOLDER = "OWNER/NAME/blob/main"
_BETWEEN = re.compile(r"(?<=<!-- badges -->\n).*?(?=<!-- /badges -->)", re.DOTALL)
_UNSET = """
*The addresses are placeholders: set `repository` in `course.toml` and run `python docs/make_badges.py`.*
"""


def pages() -> dict[Path, str]:
    """Each page with its badges, by path."""
    repository = read_settings(ROOT).repository
    labs = [lab.name for lab in find_course(ROOT).assignments()]
    readme = ROOT / "README.md"
    own = {ROOT / f"docs/labs/{lab}.md": [lab] for lab in labs}
    return {path: _with_badges(path, named, repository) for path, named in {readme: labs, **own}.items()}


def _with_badges(path: Path, labs: list[str], repository: str) -> str:
    images = "docs/img" if path.parent == ROOT else "../img"
    lines = [f"| {lab} | {' '.join(_badges(lab, repository or PLACEHOLDER, images))} |\n" for lab in labs]
    table = "\n| lab | open it |\n| --- | --- |\n" + "".join(lines) + ("" if repository else _UNSET) + "\n"
    return _BETWEEN.sub(lambda _: table, path.read_text())


def _badges(lab: str, repository: str, images: str) -> list[str]:
    notebook = f"{repository}/assignments/{lab}/{lab}.ipynb"
    colab = f"https://colab.research.google.com/github/{notebook}"
    kaggle = f"https://kaggle.com/kernels/welcome?src=https://github.com/{notebook}"
    return [
        f"[![Open in Colab]({images}/open-in-colab.svg)]({colab})",
        f"[![Open on Kaggle]({images}/open-on-kaggle.svg)]({kaggle})",
    ]


if __name__ == "__main__":
    for page, text in pages().items():
        page.write_text(text)
