"""How the grader calls your code. Runs inside the sandbox, on your namespace `ns`.

Each probe returns what it observed, never a verdict: whether that is right is worked out elsewhere.
"""

from .loss import gradients, loss_of_batch, loss_of_pairs
from .network import network, twins
from .pairs import item, pairs
from .weights import weights

__all__ = ["gradients", "item", "loss_of_batch", "loss_of_pairs", "network", "pairs", "twins", "weights"]
