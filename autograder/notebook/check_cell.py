"""What an Otter check cell, `grader.check("1.1")`, calls. Runs in the student's notebook, decides nothing.

Found by experiment with otter-grader 7.0.0, in a notebook run by nbconvert:

- A test file is executed twice: once as a whole, to look for `OK_FORMAT` (which must be there, `False`), once
  to collect the module's `test_case` objects. So it must be cheap and without side effects.
- `test_case(...)(function)` calls `function` with the notebook's live globals where its parameter is called
  `env`; any other parameter is looked up in them by name.
- `display()` inside the function shows at once, above Otter's own box.
- A failure is an `Exception`. Otter's box quotes the line of the *test file* with the number at which the
  function raised: as `check` below stands far beyond the test file's last line, it quotes nothing. What it
  quotes of the exception is its type and message, unescaped. SystemExit is not caught and ends the cell.
- Otter's results draw emoji from `random`, so the generator's state after a check means nothing.
"""

import html
from typing import Any

from otter.test_files import test_case


class CheckFailed(Exception):
    """What Otter's box shows in place of a test's source. The message is safe to put into HTML."""


def sample_cases(assignment: str, task: str) -> test_case:
    """The one test case of a task's Otter test file: our own check on the sample cases."""

    def check(env: dict[str, Any]) -> None:
        from autograder.notebook.check import (
            check as check_live,
        )  # only now: the test file is read before anything runs

        try:
            check_live(assignment, task, env)
        except (Exception, SystemExit) as error:
            # Raised anew and here, so that the box shows a hint and neither our frames nor the student's.
            raise CheckFailed(html.escape(str(error) or type(error).__name__)) from None

    return test_case(name=f"{task} on the sample cases")(check)
