"""What a student's environment lacks is told by the extra that has it."""

import subprocess
import sys
from pathlib import Path

WITHOUT_JINJA = "import sys; sys.modules['jinja2'] = None; from autograder.cli import main; main()"


def test_an_instructor_s_command_names_the_extra(tmp_path: Path) -> None:
    run = [sys.executable, "-c", WITHOUT_JINJA, "report", tmp_path]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "jinja2 is not installed here: pip install 'few-label-labs[instructor]'\n"
