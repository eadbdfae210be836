"""The order of answers, who is alike, and what a key press does to a mark."""

import tomllib
from pathlib import Path

import pytest

from autograder.authoring.written import Item
from autograder.desk import marking
from autograder.desk.alike import NEARLY, alike, difference, likeness, words
from autograder.desk.pile import next_open, pile, used_comments
from autograder.gradebook import Answer, Entry, Key, Mark
from tests.gradebook.made import answer, mark

ROOT = Path(__file__).parents[2]
LONG = "The model has to give a sensible mask for at least one of the things that could be meant by a point."
ITEMS = (Item("says why", 4), Item("says how", 3.5))


def entry(of: Answer, what: Mark) -> Entry:
    return Entry(
        uid=of.student, **of.key._asdict(), version=1, mark=what, answer=of.digest, time="", author="ann"
    )


def test_identical_and_nearly_identical_answers_are_together() -> None:
    texts = [
        LONG,
        "Something else entirely, for once.",
        LONG.upper() + "!",
        LONG.replace("sensible", "good"),
        "",
    ]
    assert alike(texts) == [[0, 2, 3], [1], [4]]


def test_different_answers_to_the_same_question_are_not() -> None:
    """As the threshold's comment says: samples of the same task share hardly a run of words."""
    most = 0.0
    for path in ROOT.glob("solutions/*/written/*.toml"):
        samples = tomllib.loads(path.read_text(encoding="utf-8"))
        one, other = (words(samples[name]["text"]) for name in ("strong", "weak"))
        changed = [*one[: len(one) // 2], "changed", *one[len(one) // 2 + 1 :]]
        most = max(most, likeness(one, other))
        assert likeness(one, changed) > NEARLY
    assert most < 0.1


def test_another_picture_is_another_answer() -> None:
    first, second = (f"See ![]({'data:image/png;base64,' + data})." for data in ("AAAA", "BBBB"))
    assert alike([first, second, first]) == [[0, 2], [1]]


def test_of_an_answer_that_is_a_book_the_beginning_is_compared() -> None:
    """The runs of all of it would take a gigabyte; a large picture is one word all the same."""
    picture = f"data:image/png;base64,{'A' * 300_000}"
    book = f"{picture} {'word ' * 1_000_000}"
    assert 10_000 < len(words(book)) < 40_000
    assert words(f"{picture} seen")[1:] == ["seen"]


def test_differences_are_marked_and_escaped() -> None:
    shown = difference("a <b> c", "a <i> c")
    assert shown == "a <del>&lt;b&gt;</del> <ins>&lt;i&gt;</ins> c"


def test_the_order_is_another_one_for_each_task_and_says_nothing_about_names() -> None:
    students = [f"s{number:02d}" for number in range(30)]

    def order(task: str) -> list[str]:
        answers = {
            a.key: a for s in students for a in [answer(s, f"{s} alone wrote exactly this, {s}", task)]
        }
        return [paper.answer.student for paper in pile(answers, {})]

    assert order("1.1") == order("1.1")
    assert order("1.1") != order("2.1")
    assert order("1.1") != students


def test_alike_follow_each_other_and_know_each_other() -> None:
    texts = {"a": LONG, "b": "Something else.", "c": LONG + " Yes.", "d": "And a third thing."}
    answers = {a.key: a for s, text in texts.items() for a in [answer(s, text)]}
    papers = pile(answers, {})
    (first, second) = [paper for paper in papers if paper.alike]
    assert second.number == first.number + 1
    assert (first.alike, second.alike) == ((second.number,), (first.number,))


def test_next_open_goes_round() -> None:
    answers = {
        a.key: a for s in "abcd" for a in [answer(s, f"{s} has this to say and nothing more: {s * 9}")]
    }
    papers = pile(answers, {})
    done = {paper.answer.key: entry(paper.answer, mark(1)) for paper in papers if paper.number in (1, 3)}
    papers = pile(answers, done)
    found = [next_open(papers, after) for after in (0, 2, 4)]
    assert [paper.number for paper in found if paper] == [2, 4, 2]


def test_used_comments_are_paragraphs_the_commonest_first() -> None:
    comments = {"a": "Why?\n\nSee 3.", "b": "Why?", "c": ""}
    answers = {a.key: a for s in comments for a in [answer(s)]}
    marks = {key: entry(answers[key], mark(1, comment=comments[key.student])) for key in answers}
    assert used_comments(pile(answers, marks)) == ["Why?", "See 3."]


def test_ticks_are_kept_where_a_rubric_keeps_its_words() -> None:
    changed = (Item("says who", 1), Item("says how", 5))
    assert marking.on_rubric(mark(1, 2), changed).ticked == (2,)


def test_without_ticks_a_mark_is_undecided_and_none_is_zero() -> None:
    now = marking.on_rubric(Mark(), ITEMS)
    one = marking.with_item(now, 2, True)
    assert (one.points, one.ticked) == (3.5, (2,))
    assert marking.with_item(one, 2, False).points is None
    assert marking.with_all(now, False).points == 0
    assert marking.with_all(now, True).points == 7.5
    assert marking.with_points(one, 5).points == 5
    assert marking.with_points(marking.with_points(one, 5), None).points == 3.5
    with pytest.raises(IndexError):
        marking.with_item(now, 3, True)


def test_a_comment_is_added_once() -> None:
    once = marking.with_comment_added(Mark(comment="Why?"), "See 3.")
    assert once.comment == "Why?\n\nSee 3."
    assert marking.with_comment_added(once, " See 3. ") == once


def test_a_new_answer_after_the_points_is_noticed() -> None:
    before, after = answer(text="One."), answer(text="Two.")
    (paper,) = pile({after.key: after}, {after.key: entry(before, mark(1))})
    assert paper.changed
    assert not pile({before.key: before}, {before.key: entry(before, mark(1))})[0].changed
    assert Key("paper", "ada", "1.1") == after.key
