"""How the grader calls your code. Runs inside the sandbox, on your namespace `ns`.

Each probe returns what it observed, never a verdict: whether that is right is worked out elsewhere.
Most cases hold points instead of drawings. A point stands in the first pixels of an otherwise empty image,
and a given encoder reads it back, so that an embedding is known to the last digit.

`calc_loss` calls three methods of yours, a task each. A task is asked once with all of your own, and once
with numbers of the case in place of the others' results, so that a mistake in one is not paid for in another.
A `calc_loss` that does everything by itself asks for none of these numbers, and is asked as it is.
"""

from .gradients import loss_gradients
from .handed_in import trained_weights
from .prototypes import accuracy, batch_statistics, loss_slopes, loss_value
from .proxies import proxy_anchor

__all__ = [
    "accuracy",
    "batch_statistics",
    "loss_gradients",
    "loss_slopes",
    "loss_value",
    "proxy_anchor",
    "trained_weights",
]
