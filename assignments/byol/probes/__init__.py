"""How the grader calls your code. Runs inside the sandbox, on your namespace `ns`.

Each probe returns what it observed, never a verdict: whether that is right is worked out elsewhere. A task
that builds on an earlier one runs on your own earlier code, and on a given part that does something else,
whose weights and numbers are the case's; the better counts.
"""

from .baseline import counts, fitting, resnet, validation
from .data import loaders
from .heads import heads
from .model import construction, forwards, losses, mlp, pairs, schedule, updates
from .training import byol_training, deviations, early_stopping
from .views import views_t, views_t_prime

__all__ = [
    "byol_training",
    "construction",
    "counts",
    "deviations",
    "early_stopping",
    "fitting",
    "forwards",
    "heads",
    "loaders",
    "losses",
    "mlp",
    "pairs",
    "resnet",
    "schedule",
    "updates",
    "validation",
    "views_t",
    "views_t_prime",
]
