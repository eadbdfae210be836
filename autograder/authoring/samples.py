"""Sample answers to written tasks: a strong and a weak one, each with the points it deserves. Trusted side.

They show whoever grades a task how its rubric is meant. `solutions/<lab>/written/<task>.toml` holds

    [strong]
    text = "..."       # Markdown, as a student writes
    points = 8
    items = [1, 2, 4]  # which items of the task's rubric it earns, counted from 1

and `[weak]` likewise.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from autograder.authoring.master import AuthoringError
from autograder.authoring.written import WrittenTask


class Sample(BaseModel):
    """One answer. `items` are numbers of rubric items, from 1; `points` is what they sum to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    points: float
    items: tuple[int, ...]


@dataclass(frozen=True)
class Samples:
    """The two sample answers of a task."""

    strong: Sample
    weak: Sample


def read_samples(path: Path, task: WrittenTask) -> Samples:
    """Read a task's sample answers and check them against its rubric.

    Raises:
        AuthoringError: the file is missing or no such file, an item does not exist, or the items do not sum
            to the points; says which.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        samples = Samples(**{name: Sample.model_validate(table) for name, table in tables.items()})
    except OSError as error:
        raise AuthoringError(f"{path}:1: the sample answers cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, TypeError, ValidationError) as error:
        raise AuthoringError(
            f"{path}:1: write [strong] and [weak], each with text, points and items: {error}"
        ) from error
    for name, sample in (("strong", samples.strong), ("weak", samples.weak)):
        numbers = range(1, len(task.items) + 1)
        if [number for number in numbers if number in sample.items] != sorted(sample.items):
            raise AuthoringError(
                f"{path}:1: [{name}] has items {list(sample.items)}, but the rubric has 1 to {numbers[-1]}."
            )
        earned = sum(task.items[number - 1].points for number in sample.items)
        if earned != sample.points:
            raise AuthoringError(
                f"{path}:1: the items of [{name}] sum to {earned:g} points, and not to {sample.points:g}."
            )
    return samples
