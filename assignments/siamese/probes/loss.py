"""Tasks 1.1 and 2: the gradient by hand, and the loss."""

import torch

from .observing import parts_of, plain


def gradients(ns, case):
    """The pair of gradients of the batch mean, and the arrays that were given, as they are afterwards."""
    given = {name: case[name].double().numpy().copy() for name in ("output1", "output2", "label")}
    returned = parts_of(ns["contrastive_grad"](*given.values(), case["margin"]))
    observed = {"count": len(returned), "first": None, "second": None}
    return given | observed | dict(zip(("first", "second"), map(plain, returned), strict=False))


def loss_of_pairs(ns, case):
    """The loss of each pair on its own, (pairs,): a batch of one, with a label of shape (1, 1)."""
    loss = _loss(ns, case)
    pairs = zip(case["output1"], case["output2"], case["label"], strict=True)
    losses = [plain(loss(a[None], b[None], y.view(1, 1))) for a, b, y in pairs]
    strange = [value for value in losses if isinstance(value, str)]
    return {"loss": strange[0] if strange else torch.stack([torch.as_tensor(value) for value in losses])}


def loss_of_batch(ns, case):
    """The loss of a batch with labels of both shapes, of each of its pairs on its own, and its gradients."""
    one, other = case["output1"].requires_grad_(), case["output2"].requires_grad_()
    label = case["label"]
    loss = _loss(ns, case)
    column = loss(one, other, label.view(-1, 1))
    observed = {"column": plain(column), "row": plain(loss(one, other, label))}
    with torch.no_grad():
        observed |= loss_of_pairs(ns, case)
    observed["swapped"] = plain(loss(other, one, label.view(-1, 1)))
    if torch.is_tensor(column) and column.requires_grad:
        column.sum().backward()
    for name, leaf in (("first_grad", one), ("second_grad", other)):
        observed[name] = torch.zeros_like(leaf) if leaf.grad is None else leaf.grad
    return observed


def _loss(ns, case):
    """The loss with the case's margin, or with its own where the case has none."""
    return ns["ContrastiveLoss"](margin=case["margin"]) if "margin" in case else ns["ContrastiveLoss"]()
