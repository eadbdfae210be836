"""What recorded answers become before they are judged."""

import pytest

from autograder.course.rubric import Limits
from autograder.judging.expectations import answers_of
from autograder.sandbox import CellError, RawAnswer, Recording
from autograder.sandbox.answers import Answer, StudentError, encode_error

UNREAD = CellError("protonet.ipynb, cell 5", 3, "SyntaxError", "'(' was never closed")


def answer_to(error: Exception, *cell_errors: CellError) -> Answer:
    raw = RawAnswer("loss", "sample/one", "recorded", encode_error(error, ()))
    (answer,) = answers_of(Recording("full", (raw,), cell_errors), Limits()).values()
    return answer


def test_a_name_of_a_cell_that_is_no_python_is_that_cells_error() -> None:
    answer = answer_to(NotImplementedError("`Loss` is not defined"), UNREAD)
    told = "'(' was never closed; so this cell did not run, and `Loss` is not defined"
    assert answer == Answer("error", {}, StudentError("SyntaxError", told, "protonet.ipynb, cell 5", 3))


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (NotImplementedError("TODO 3.1"), "not_implemented"),  # a stub in a cell that did run
        (NameError("name 'Loss' is not defined"), "error"),
        (ValueError("`Loss` is not defined"), "error"),
    ],
)
def test_other_errors_stay_what_they_are(error: Exception, outcome: str) -> None:
    assert answer_to(error, UNREAD) == answer_to(error)
    assert answer_to(error).outcome == outcome


def test_a_cell_that_raised_while_it_ran_does_not_explain_a_missing_name() -> None:
    raised = CellError("protonet.ipynb, cell 9", 1, "ValueError", "no data")
    assert answer_to(NotImplementedError("`Loss` is not defined"), raised).outcome == "not_implemented"
