"""Masters are read whole or refused with file and line."""

from pathlib import Path

import pytest

from autograder.authoring.master import AuthoringError, Master, check_master, heading, read_master
from autograder.course.rubric import Rubric, Task

PATH = Path("solutions/x/x.py")
RUBRIC = Rubric.model_validate(
    {
        "title": "X",
        "tasks": {
            "1.1": {"title": "Words", "kind": "written", "points": 2.5, "difficulty": "easy", "minutes": 1},
            "1.2": {"title": "Code", "kind": "code", "points": 1, "bonus": True},
            "1.3": {"title": "Weights", "kind": "weights", "points": 10, "difficulty": "hard"},
        },
    }
)
GOOD = '''\
# %% [markdown] id="task-1-1"
# # 1.1 Words (2.5 points, easy, 1 minute)

# %% [markdown] id="answer-1-1" tags=["written", "task-1.1"]
# <!-- BEGIN SOLUTION -->
# Forty-two.
# <!-- END SOLUTION -->

# %% [markdown] id="task-1-2"
# ## 1.2 Code (1 bonus point, medium, 10 minutes)

# %% id="answer-1-2" tags=["task-1.2"]
MARKS = """
# %% no cell, since it stands in a string
"""
def one():
    # BEGIN SOLUTION
    return 1
    # END SOLUTION

# %% [markdown] id="task-1-3"
# ## 1.3 Weights (10 points, hard, 10 minutes)

# %% id="answer-1-3" tags=["task-1.3", "skip"]
# %time train()
'''.replace("# %% no cell", "# no cell")


def read(text: str) -> Master:
    return read_master(PATH, text)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_cells_know_kind_id_tags_tasks_and_line() -> None:
    master = read(GOOD)
    check_master(master, RUBRIC, {"1.2", "1.3"})
    assert [(cell.kind, cell.id, cell.task) for cell in master.cells] == [
        ("markdown", "task-1-1", None),
        ("markdown", "answer-1-1", "1.1"),
        ("markdown", "task-1-2", None),
        ("code", "answer-1-2", "1.2"),
        ("markdown", "task-1-3", None),
        ("code", "answer-1-3", "1.3"),
    ]
    assert [cell.line for cell in master.cells] == [
        line_of(GOOD, f'# %% {kind}id="{name}"')
        for kind, name in [
            ("[markdown] ", "task-1-1"),
            ("[markdown] ", "answer-1-1"),
            ("[markdown] ", "task-1-2"),
            ("", "answer-1-2"),
            ("[markdown] ", "task-1-3"),
            ("", "answer-1-3"),
        ]
    ]
    assert master.cells[5].source == "%time train()"
    assert master.checked_tasks() == ["1.2", "1.3"]


def test_one_cell_may_carry_several_tasks() -> None:
    cell = read('# %% id="a" tags=["task-3.2", "task-3.1"]\npass\n').cells[0]
    assert cell.tasks == ("3.2", "3.1")
    assert cell.task == "3.2"


def test_heading_names_points_difficulty_and_minutes() -> None:
    assert heading(Task(title="", kind="code", points=10, difficulty="easy", minutes=5)) == (
        "(10 points, easy, 5 minutes)"
    )


@pytest.mark.parametrize(
    ("old", "new", "at", "told"),
    [
        ("    # END SOLUTION\n", "", "    # BEGIN SOLUTION", "BEGIN SOLUTION is never closed."),
        ("    # BEGIN SOLUTION\n", "", "    # END SOLUTION", "END SOLUTION closes nothing."),
        (
            "    return 1\n",
            "    # BEGIN SOLUTION\n",
            "    # BEGIN SOLUTION\n    # END",
            "inside the one opened",
        ),
        ("# <!-- END SOLUTION -->\n", "", "# <!-- BEGIN SOLUTION -->", "is never closed"),
        ("    # BEGIN SOLUTION", "    #BEGIN SOLUTION", "    #BEGIN SOLUTION", "almost a marker"),
        ("    # END SOLUTION", "    # end solution", "    # end solution", "almost a marker"),
        ("# <!-- BEGIN SOLUTION -->", "# BEGIN SOLUTION", "# BEGIN SOLUTION", "almost a marker"),
        ("# %time train()", "# BEGIN SOLUTION\n# END SOLUTION", None, None),
        (', "skip"]', "]\n# BEGIN SOLUTION", "# BEGIN SOLUTION\n# %time", "is never closed"),
        (
            '["task-1.3", "skip"]',
            '["skip"]\n# BEGIN SOLUTION',
            "# BEGIN SOLUTION\n# %time",
            "outside an answer cell",
        ),
        (' id="task-1-3"', "", "# %% [markdown]\n", "the cell has no id"),
        (
            'id="task-1-3"',
            'id="task-1-2"',
            '# %% [markdown] id="task-1-2"\n# ## 1.3',
            "already used at line 9",
        ),
        ('id="task-1-3"', 'id="task-1.3"', '# %% [markdown] id="task-1.3"', "dots are not allowed"),
        ('id="task-1-3"', f'id="{"a" * 65}"', f'# %% [markdown] id="{"a" * 65}"', "1 to 64 letters"),
        ('id="task-1-3"', 'id="check-1-3"', '# %% [markdown] id="check-1-3"', "the build's own"),
        ('["task-1.3", "skip"]', '["tsak-1.3"]', '# %% id="answer-1-3"', "tag 'tsak-1.3' is unknown"),
        ('["task-1.3", "skip"]', '"skip"', '# %% id="answer-1-3"', "write the cell's tags as"),
        ('id="answer-1-3"', "id=answer", "# %% id=answer ", "write the cell's metadata as"),
        (
            '["written", "task-1.1"]',
            '["written"]',
            '# %% [markdown] id="answer-1-1"',
            "with one task-... tag",
        ),
        (
            '# %% [markdown] id="task-1-3"',
            '# %% [raw] id="task-1-3"',
            '# %% [raw] id="task-1-3"',
            "not [raw]",
        ),
        ("# no cell", "# %% no cell", "# %% [markdown] id", "lines begin with '# %%'"),
        (
            '["task-1.3", "skip"]',
            '["task-1.3", "task-9", "skip"]',
            '# %% id="answer-1-3"',
            "no task of the rubric",
        ),
        (
            '["task-1.3", "skip"]',
            '["skip"]',
            "# %% [markdown] id",
            "task 1.3 has no cell with the tag task-1.3",
        ),
        (
            '["written", "task-1.1"]',
            '["written", "task-1.2"]',
            '# %% [markdown] id="answer-1-1"',
            "1.2 is code",
        ),
        (
            "# BEGIN SOLUTION\n    return 1\n    # END SOLUTION",
            "return 1",
            '# %% id="answer-1-2"',
            "in markers",
        ),
        ("(2.5 points", "(2 points", '# %% [markdown] id="task-1-1"', "'(2.5 points, easy, 1 minute)'"),
        ("1 bonus point", "1 point", '# %% [markdown] id="task-1-2"', "1 bonus point"),
        ("## 1.3 W", "## 1.4 W", '# %% [markdown] id="task-1-3"', "must name 1.3"),
        ('id="task-1-3"', 'id="task-three"', '# %% id="answer-1-3"', "no Markdown cell with the id task-1-3"),
    ],
)
def test_errors_name_file_and_line(old: str, new: str, at: str | None, told: str | None) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new)
    if told is None or at is None:
        check_master(read(text), RUBRIC, {"1.2", "1.3"})
        return
    with pytest.raises(AuthoringError) as raised:
        check_master(read(text), RUBRIC, {"1.2", "1.3"})
    first = f"{PATH}:{line_of(text, at)}: "
    assert str(raised.value).startswith(first)
    assert told in str(raised.value)


def test_code_and_weights_tasks_need_a_grader() -> None:
    for missing in ("1.2", "1.3"):
        with pytest.raises(AuthoringError, match=rf"x\.py:\d+: task {missing} has no grader"):
            check_master(read(GOOD), RUBRIC, {"1.2", "1.3"} - {missing})


def test_a_missing_master_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(AuthoringError, match=r"x\.py:1: the master cannot be read: No such file"):
        read_master(tmp_path / "x.py")
