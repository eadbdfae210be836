"""What a student reads under a check cell and in the terminal."""

from autograder.reports.feedback import NO_SAMPLES, PROMISE, feedback_html, feedback_text, summary_text
from autograder.results.schema import TaskResult, TestResult


def task(*tests: TestResult, **more: object) -> TaskResult:
    return TaskResult.model_validate(
        {"id": "1.1", "title": "Area", "kind": "code", "status": "failed", "score": 0, "max_score": 5}
        | {"tests": tests}
        | more
    )


def made(name: str, status: str, message: str = "", hint: str = "") -> TestResult:
    return TestResult(name=name, case="c", visibility="sample", status=status, message=message, hint=hint)  # type: ignore[arg-type]


WRONG = made("is square", "failed", "expected 4, got 5.", "Multiply.")
RIGHT = made("is positive", "passed")


def test_what_is_wrong_comes_with_case_message_and_hint() -> None:
    text = feedback_text(task(WRONG, RIGHT))
    assert "1.1 Area" in text
    assert "sample cases: 1 of 2 checks" in text
    assert "  x  is square\n     c: expected 4, got 5.\n     Multiply.\n  ok is positive\n" in text
    assert PROMISE in text


def test_the_mistake_comes_before_what_follows_from_it() -> None:
    named = feedback_text(task(WRONG, misconception="around", hint="You went around\nthe square."))
    assert named.index("This is what one gets when: You went around the square.") < named.index("  x  ")
    unnamed = feedback_text(task(WRONG, difference="Your area is twice the expected one."))
    assert unnamed.index("Your area is twice") < unnamed.index("  x  ")


def test_a_message_and_a_hint_are_told_once() -> None:
    again = made("is whole", "failed", "expected 4, got 5.", "Multiply.")
    text = feedback_text(task(WRONG, again, RIGHT))
    assert text.count("Multiply.") == text.count("got 5.") == 1
    assert "  x  is whole\n     as above\n  ok is positive\n" in text


def test_long_hints_are_wrapped() -> None:
    long = task(made("is square", "failed", "", "word " * 60))
    assert max(map(len, feedback_text(long).splitlines())) <= 100


def test_a_students_text_is_escaped() -> None:
    html = feedback_html(task(made("is square", "error", "<script>alert(1)</script>")))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_task_without_sample_cases_says_so() -> None:
    assert NO_SAMPLES in feedback_text(task())


def test_the_summary_names_what_comes_next() -> None:
    done = task(RIGHT, status="passed")
    assert summary_text([done, task(WRONG, id="1.2")]) == (
        "1 of 2 tasks pass their sample cases. Next: 1.2 Area.\n"
    )
    assert summary_text([done]) == "1 of 1 tasks pass their sample cases.\n"


def test_who_passes_is_told_where_to_go_on_and_nobody_else() -> None:
    assert "you have not seen. Next: 3.2 The loss.\n" in feedback_text(task(RIGHT), "3.2 The loss")
    assert "Next: 3.2 &lt;b&gt;." in feedback_html(task(RIGHT), "3.2 <b>")
    assert "Next" not in feedback_text(task(WRONG, RIGHT), "3.2 The loss")
    assert "Next" not in feedback_text(task(RIGHT))
