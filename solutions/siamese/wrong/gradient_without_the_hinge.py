"""Pairs of two classes beyond the margin are pulled back: the max with 0 is missing."""

LOSES = {"1.1"}


def contrastive_grad(output1, output2, label, margin):
    difference = output1 - output2
    distance = np.linalg.norm(difference, axis=1, keepdims=True)
    different = label.reshape(-1, 1)
    push = -2 * (margin - distance) * difference / np.maximum(distance, 1e-12)
    gradient = ((1 - different) * 2 * difference + different * push) / len(output1)
    return gradient, -gradient
