"""Near-identical submissions are found whatever they are called, and honest ones are left alone."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.reports.similarity import keep, kept, likenesses

GIVEN = "import torch\n\ndef class_means(features, labels):\n    raise NotImplementedError"
MINE = '''
def class_means(features, labels):
    """Means."""
    gathered = {}
    for feature, label in zip(features, labels.tolist()):
        if label not in gathered:
            gathered[label] = [feature.clone(), 1]  # a sum and a count
        else:
            gathered[label][0] = gathered[label][0] + feature
            gathered[label][1] = gathered[label][1] + 1
    ordered = sorted(gathered.items())
    return torch.stack([total / count for _, (total, count) in ordered], dim=0)
'''
COPIED = """
# all my own work
def class_means(x, y):
    d = {}
    for a, b in zip(x, y.tolist()):
        if b not in d:
            d[b] = [a.clone(), 1]
        else:
            d[b][0] = d[b][0] + a
            d[b][1] = d[b][1] + 1
    s = sorted(d.items())
    return torch.stack([t / n for _, (t, n) in s], dim=0)
"""
OTHER = """
def class_means(features, labels):
    classes, inverse, counts = labels.unique(return_inverse=True, return_counts=True)
    sums = torch.zeros(len(classes), features.shape[1], dtype=features.dtype)
    sums = sums.index_add(0, inverse, features)
    return sums / counts[:, None]
"""


def test_renamed_and_reformatted_code_is_found_with_its_evidence() -> None:
    (pair,) = likenesses({"ann": [GIVEN, MINE], "bob": [GIVEN, COPIED], "eve": [GIVEN, OTHER]}, [GIVEN])
    assert pair.students == ("ann", "bob")
    assert pair.share == 1
    assert pair.evidence == ((MINE.strip(), COPIED.partition("work\n")[2].strip()),)


def test_a_change_here_and_there_does_not_hide_it() -> None:
    changed = COPIED.replace("d = {}", "d = dict()")
    (pair,) = likenesses({"ann": [MINE], "bob": [changed]}, [GIVEN])
    assert 0.8 <= pair.share < 1


def test_who_is_linked_is_told_once_with_the_most_alike_first() -> None:
    changed = COPIED.replace("d = {}", "d = dict()")
    third = OTHER + "\n\n" + OTHER.replace("sums", "totals").replace("[:, None]", "[:, None].clamp(min=1)")
    sources = {"ann": [MINE], "bob": [changed], "cai": [COPIED], "eve": [third], "fay": [third]}
    trio, couple = likenesses(sources, [])
    assert (trio.students, trio.share) == (("ann", "cai", "bob"), 1)
    assert trio.evidence == ((MINE.strip(), COPIED.partition("work\n")[2].strip()),)
    assert couple.students == ("eve", "fay")


@pytest.mark.slow
def test_of_long_code_and_of_many_groups_a_part_is_shown() -> None:
    long = "\n".join(f"    v{n} = x.sum({n}) - x.mean() * {n}" for n in range(400))
    sources = {
        f"{name}{n}": [f"def f(x):\n{long.replace('mean', f'm{n}')}"] for n in range(50) for name in "ab"
    }
    found = likenesses(sources, [])
    assert len(found) == 50
    assert sum(bool(group.evidence) for group in found) == 40
    assert max(len(text) for group in found for pair in group.evidence for text in pair) < 4_100


def test_a_cell_that_many_have_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read, parse = [], ast.parse
    monkeypatch.setattr(ast, "parse", lambda source: read.append(source) or parse(source))
    likenesses({f"s{n}": [GIVEN, MINE] for n in range(9)}, [GIVEN])
    assert read == [GIVEN, MINE]


def test_what_everybody_got_or_many_have_says_nothing() -> None:
    assert likenesses({"ann": [MINE], "bob": [COPIED]}, [GIVEN, MINE]) == ()
    assert likenesses({f"s{n}": [f"{MINE}# by s{n}"] for n in range(4)}, [GIVEN]) == ()


def test_what_is_the_same_to_the_last_comment_counts_however_many_have_it() -> None:
    (four,) = likenesses({f"s{n}": [GIVEN, MINE] for n in range(4)}, [GIVEN])
    assert (four.students, four.share) == (("s0", "s1", "s2", "s3"), 1)
    assert four.evidence == ((MINE.strip(), MINE.strip()),)
    assert likenesses({f"s{n}": [GIVEN] for n in range(4)}, [GIVEN]) == ()


def test_short_answers_are_alike_by_chance() -> None:
    short = "def f(x):\n    return x.mean(dim=0) / x.std(dim=0)"
    assert likenesses({"ann": [short], "bob": [short]}, []) == ()


@given(st.lists(st.text(max_size=60), max_size=4), st.lists(st.text(max_size=60), max_size=4))
def test_any_text_is_compared(one: list[str], other: list[str]) -> None:
    assert all(found.students == ("ann", "bob") for found in likenesses({"ann": one, "bob": other}, []))


def test_what_was_found_is_kept(tmp_path: Path) -> None:
    found = likenesses({"ann": [MINE], "bob": [COPIED]}, [GIVEN])
    keep(found, tmp_path / "alike.json")
    assert kept(tmp_path / "alike.json") == found
    assert kept(tmp_path / "none.json") == ()
    (tmp_path / "broken.json").write_text("{")
    assert kept(tmp_path / "broken.json") == ()


def test_an_earlier_year_is_compared_with_and_not_with_itself() -> None:
    sources = {"ben": [COPIED], "2025/ada": [MINE], "2025/carl": [MINE + "# mine"], "2025/dora": [OTHER]}
    (group,) = likenesses(sources, [GIVEN], [name for name in sources if "/" in name])
    assert set(group.students) == {"ben", "2025/ada", "2025/carl"}
    assert "ben" in group.students[:2]
    alone = {name: code for name, code in sources.items() if name != "ben"}
    assert likenesses(alone, [GIVEN], alone) == ()


def test_code_that_cannot_be_written_again_stops_nobody() -> None:
    """Python reads a number of any length in base 16, and refuses to write it in base 10."""
    (pair,) = likenesses({"ann": [MINE], "bob": [f"x = 0x{'f' * 4_000}\n{COPIED}"]}, [])
    assert pair.students == ("ann", "bob")
