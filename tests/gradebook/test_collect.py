"""Which answers get a word to whoever grades; none of them gets points."""

import pytest

from autograder.gradebook.collect import SHORT, HandedIn, collected, words


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        (None, "missing"),
        ("", "template"),
        ("It is so.", "short"),
        (" ".join(["word"] * (SHORT - 1)), "short"),
        (" ".join(["word"] * SHORT), ""),
        ("原型网络通过计算每个类别支持样本嵌入的平均值得到原型，然后比较距离。", ""),
        ("![](data:image/png;base64,AAAA/BBBB+CCCC==) Look.", "short"),
    ],
)
def test_flags(text: str | None, flag: str) -> None:
    written = {} if text is None else {"1.1": text}
    (answer,) = collected("paper", ["1.1"], [HandedIn("ada", written)])
    assert answer.flag == flag
    assert answer.text == (text or "")


def test_every_student_has_every_task() -> None:
    found = collected(
        "paper", ["1.1", "2"], [HandedIn("ada", {"2": "x", "9": "no task"}), HandedIn("noor", {})]
    )
    assert [answer.key[1:] for answer in found] == [
        ("ada", "1.1"), ("ada", "2"), ("noor", "1.1"), ("noor", "2")
    ]  # fmt: skip


def test_a_picture_is_no_word() -> None:
    assert words("See ![plot](data:image/png;base64,iVBORw0KGgo=) here.") == 3
