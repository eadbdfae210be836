"""Answers every question with as much as one answer may hold: all together it is too much."""

LOST = {
    "2.3": "error",
    "3.1": "error",
    "3.2": "error",
    "3.3": "error",
    "3.4": "error",
    "3.5": "error",
}

import numpy as np
from autograder.sandbox import answers

_encode = answers.encode
much = np.zeros((4 << 20) - 100_000, np.int8)
answers.encode = lambda values: _encode(values | {"much": much})
