"""The smallest course, on the command line, for what leaves it."""

from tests.engine.conftest import course, hand_in, right, run

__all__ = ["course", "hand_in", "right", "run"]
