"""Which of the mistakes that can be put on somebody's work are anybody's."""

from autograder.grading.known_answers import lacks_a_part
from autograder.sandbox.answers import Answer, StudentError

FINE = Answer("ok", {"loss": 1.0})


def raises(kind: str) -> Answer:
    return Answer("error", error=StudentError(kind, "no such thing"))


def test_what_raises_on_such_work_alone_reaches_for_a_part_that_it_lacks():
    by_itself = {("loss", "a"): FINE, ("loss", "b"): FINE}
    assert lacks_a_part({("loss", "a"): FINE, ("loss", "b"): raises("AttributeError")}, by_itself)


def test_what_raises_by_itself_too_is_the_mistake():
    by_itself = {("loss", "a"): raises("RuntimeError"), ("loss", "b"): FINE}
    assert not lacks_a_part({("loss", "a"): FINE, ("loss", "b"): raises("RuntimeError")}, by_itself)
    assert lacks_a_part({("loss", "a"): FINE, ("loss", "b"): raises("NameError")}, by_itself)


def test_a_wrong_value_lacks_nothing():
    assert not lacks_a_part({("loss", "a"): FINE}, {("loss", "a"): FINE})
