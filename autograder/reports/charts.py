"""Where the bars of the class pages' drawings stand. Trusted side, pure; the template draws them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.reports.summary import TaskSummary, points
from autograder.results.schema import Result

WIDTH = 420  # units of the drawing; about a CSS pixel on a wide screen
PLOT = 132  # height of the histogram's tallest bar
ROW = 30  # height of a task's row


@dataclass(frozen=True)
class Bar:
    """A bar and the text beside it, in units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: str


@dataclass(frozen=True)
class Chart:
    """A drawing: its size, its bars, and a sentence that says the same as they do."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    words: str


def score_histogram(results: Sequence[Result]) -> Chart:
    """How many submissions reached which tenth of the points; full marks and more are in the last bar."""
    return share_histogram([r.score / r.max_score if r.max_score else 0.0 for r in results])


def share_histogram(shares: Sequence[float]) -> Chart:
    """How many of these parts of all points lie in which tenth."""
    counts = [0] * 10
    for reached in shares:
        counts[min(int(reached * 10), 9)] += 1
    step = WIDTH / 10
    unit = PLOT / max(1, *counts)
    bars = tuple(
        Bar(
            x=i * step + 3,
            y=24 + PLOT - count * unit,
            width=step - 6,
            height=count * unit,
            label=f"{i * 10}",
            value=str(count) if count else "",
        )
        for i, count in enumerate(counts)
    )
    told = [f"{count} between {i * 10} and {i * 10 + 10} percent" for i, count in enumerate(counts) if count]
    return Chart(WIDTH, PLOT + 48, bars, "Submissions by score: " + (", ".join(told) or "none") + ".")


def lab_means(means: Iterable[tuple[str, float]]) -> Chart:
    """The mean part of the points of each lab, by its title."""
    left, right = 176, 48
    bars = tuple(
        Bar(
            x=left,
            y=8 + i * ROW,
            width=(WIDTH - left - right) * min(1.0, share),
            height=ROW - 12,
            label=title if len(title) <= 24 else f"{title[:23]}…",
            value=f"{100 * share:.0f} %",
        )
        for i, (title, share) in enumerate(means)
    )
    told = ", ".join(f"{bar.label}: {bar.value}" for bar in bars)
    return Chart(WIDTH, 8 + ROW * len(bars), bars, f"Mean by lab: {told or 'none yet'}.")


def task_means(tasks: Sequence[TaskSummary]) -> Chart:
    """The mean of each task that was graded, as a part of its points."""
    graded = [task for task in tasks if task.mean is not None]
    left, right = 44, 84
    bars = tuple(
        Bar(
            x=left,
            y=8 + i * ROW,
            width=(WIDTH - left - right) * min(1.0, (task.mean or 0) / task.max_score),
            height=ROW - 12,
            label=task.id,
            value=f"{points(round(task.mean or 0, 1))} of {points(task.max_score)}",
        )
        for i, task in enumerate(graded)
    )
    told = ", ".join(f"{bar.label}: {bar.value}" for bar in bars)
    return Chart(WIDTH, 8 + ROW * len(bars), bars, f"Mean points by task: {told or 'none yet'}.")
