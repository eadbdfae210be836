# %% [markdown] id="title"
# # Prototypes
# One number describes a class poorly, a thousand samples describe it at length. A *prototype* is the middle
# way: the mean of the features of a few samples. It is all that a prototypical network keeps of a class.

# %% id="imports" tags=["given"]
import torch
from jaxtyping import Float, Int
from torch import Tensor

# %% [markdown] id="task-1-1"
# ## 1.1 Class means  (10 points, easy, 5 minutes)
# Given features $(N, D)$ and labels $(N,)$, return one row per class present, in ascending order of label:
# $p_c = \frac{1}{|S_c|} \sum_{i \in S_c} x_i$, where $S_c$ are the samples of class $c$.
#
# Labels need not be 0, 1, 2, and a class may have a single sample. The cell below yours tries it out.


# %% id="answer-1-1" tags=["task-1.1"]
def class_means(features: Float[Tensor, "n d"], labels: Int[Tensor, " n"]) -> Float[Tensor, "c d"]:
    """Mean feature of each class, shape (classes present, D)."""
    # TODO 1.1: which classes are there? which rows belong to each?
    # BEGIN SOLUTION
    return torch.stack([features[labels == c].mean(dim=0) for c in labels.unique()])
    # END SOLUTION


# %% [markdown] id="hints-1-1" tags=["hints"]
# <details><summary>A nudge</summary>
#
# `labels.unique()` is sorted. For one class, `labels == c` picks its rows.
# </details>
#
# <details><summary>Almost there</summary>
#
# Put the rows for all classes into a list; `torch.stack` makes a matrix of it, and gradients pass through.
# </details>
