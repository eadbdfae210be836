"""The margin is fixed to 2 in the formula."""

LOSES = {"1.1"}


_given_grad = contrastive_grad


def contrastive_grad(output1, output2, label, margin):
    return _given_grad(output1, output2, label, 2.0)
