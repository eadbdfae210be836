"""A missing name is told with what is known about its cell; a stub is called one only where it is."""

import pytest

from autograder.grading.why import explained
from autograder.results.schema import TaskResult, TestResult
from autograder.sandbox import CellError
from autograder.submission import Form

CELL = "x.ipynb, cell 3"
MISSING = "not implemented yet: `Net` is not defined"
FORM = Form(places={"1": CELL})


def why(message: str, *errors: CellError, form: Form = FORM, status: str = "not_implemented") -> str:
    test = TestResult(name="it works", case="one", visibility="sample", status=status, message=message)
    task = TaskResult(id="1", title="t", kind="code", status=status, score=0, max_score=1, tests=(test,))
    return explained(task, form, errors).why


@pytest.mark.parametrize(
    ("message", "errors", "told"),
    [
        ("not implemented yet (x.ipynb, cell 3, line 2): TODO 1", [], "The stub still raises"),
        ("not implemented yet.", [], "It raises NotImplementedError."),
        (MISSING, [], "No cell that ran defines `Net`."),
        ("there is `net`, but `Net` is not defined", [], "No cell that ran defines `Net`. There is `net`."),
        (
            MISSING,
            [CellError("x.ipynb, cell 1", 1, "ValueError", "x"), CellError(CELL, 4, "TypeError", "no")],
            "x.ipynb, cell 3 did not come to its end. Line 4 raised TypeError: no",
        ),
        (MISSING, [CellError(CELL, 4, "timeout", "")], "line 4 ran out of time"),
        (MISSING, [CellError(CELL, 4, "died", "")], "line 4 ended the process"),
        (
            MISSING,
            [CellError(CELL, 4, "SyntaxError", "invalid syntax")],
            "did not run. Line 4: invalid syntax",
        ),
        (
            MISSING,
            [CellError("x.ipynb, cell 1", 2, "ModuleNotFoundError", "No module named 'einops'")],
            "Grading lacks the package einops, which x.ipynb, cell 1 imports.",
        ),
    ],
)
def test_the_cause_is_told(message: str, errors: list[CellError], told: str) -> None:
    assert told in why(message, *errors)


def test_a_name_that_is_missing_inside_of_the_answer_names_the_package() -> None:
    lacking = CellError("x.ipynb, cell 1", 2, "ModuleNotFoundError", "No module named 'einops'")
    message = "NameError (x.ipynb, cell 3, line 9): name 'rearrange' is not defined"
    assert "lacks the package einops" in why(message, lacking, status="error")
    assert why(message, status="error") == ""
    assert why("values differ", lacking, status="failed") == ""


def test_what_the_cell_has_become_comes_first() -> None:
    form = Form(remarks={"1": "It is Markdown."}, places={})
    assert why(MISSING, CellError(CELL, 1, "SyntaxError", "x"), form=form) == "It is Markdown."
