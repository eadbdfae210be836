"""Wrong answers without a name, grouped by what is said of them."""

import ast

from autograder.reports.unexplained import skeleton, unexplained
from autograder.results.schema import Result
from tests.reports.fake import make_result, make_task, make_test


def student(name: str, got: str, case: str = "sample/a", misconception: str | None = None) -> Result:
    test = make_test(case=case, message=f"expected 4.5, got {got}." if got else "")
    return make_result(
        name, make_task("3.2", "failed", tests=[test], misconception=misconception, hint="Sum.")
    )


def test_students_who_answer_alike_are_one_group() -> None:
    (group,) = unexplained([student("a", "7.00001"), student("b", "6.0"), student("c", "7.00002")])
    assert (group.task, group.students) == ("3.2", ("a", "c"))


def test_what_has_a_name_or_says_nothing_is_no_group() -> None:
    assert not unexplained([student(name, "7.0", misconception="sum") for name in "ab"])
    assert not unexplained([student(name, "", "secret/a") for name in "ab"])
    assert not unexplained([student("a", "7.0")])


def test_a_skeleton_is_a_wrong_answer_to_be_filled_in_and_names_nobody() -> None:
    (group,) = unexplained([student("amara", "7.0"), student("bjorn", "7.0")])
    tree = ast.parse(skeleton(group))
    assert "TODO" in (ast.get_docstring(tree) or "")
    assert "2 students" in skeleton(group)
    assert "amara" not in skeleton(group)
    assigned = [ast.unparse(node.targets[0]) for node in tree.body if isinstance(node, ast.Assign)]
    assert assigned == ["LOSES", "CHANGES"]
