"""What a key press does to a mark. Trusted side, pure.

Presses are intents ("item 3 on") and not whole forms, so that two of them in quick succession both count.
"""

from collections.abc import Sequence

from autograder.authoring.written import Item
from autograder.gradebook.model import Mark
from autograder.results.schema import ItemResult


def on_rubric(mark: Mark, items: Sequence[Item]) -> Mark:
    """The mark with its ticks on today's rubric: items are the same where their words are."""
    ticked = {item.text for item in mark.items if item.given}
    now = tuple(ItemResult(text=item.text, points=item.points, given=item.text in ticked) for item in items)
    return mark.model_copy(update={"items": now})


def with_item(mark: Mark, number: int, given: bool) -> Mark:
    """Tick or untick item `number`, from 1; without any tick the mark is undecided again.

    Raises:
        IndexError: there is no such item.
    """
    if not 1 <= number <= len(mark.items):
        raise IndexError(f"There is no item {number}.")
    items = tuple(
        item.model_copy(update={"given": given}) if at == number else item
        for at, item in enumerate(mark.items, 1)
    )
    points = sum_of(items) if any(item.given for item in items) else None
    return mark.model_copy(update={"items": items, "points": points})


def with_all(mark: Mark, given: bool) -> Mark:
    """Tick every item, or decide that there is none to tick: zero points."""
    items = tuple(item.model_copy(update={"given": given}) for item in mark.items)
    return mark.model_copy(update={"items": items, "points": sum_of(items)})


def with_points(mark: Mark, points: float | None) -> Mark:
    """Points in place of the items' sum; without any, the items decide again."""
    if points is None and any(item.given for item in mark.items):
        points = sum_of(mark.items)
    return mark.model_copy(update={"points": points})


def with_comment_added(mark: Mark, text: str) -> Mark:
    """Add a paragraph to the comment unless it is there."""
    parts = [part for part in (part.strip() for part in mark.comment.split("\n\n")) if part]
    if text.strip() and text.strip() not in parts:
        parts.append(text.strip())
    return mark.model_copy(update={"comment": "\n\n".join(parts)})


def sum_of(items: Sequence[ItemResult]) -> float:
    """Points of the items given."""
    return round(sum(item.points for item in items if item.given), 2)
