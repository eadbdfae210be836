"""The hinge is on the squared distance, max(0, m - D^2)."""

LOSES = {"1.1"}


def contrastive_grad(output1, output2, label, margin):
    difference = output1 - output2
    distance = np.linalg.norm(difference, axis=1, keepdims=True)
    different = label.reshape(-1, 1)
    push = -4 * np.maximum(margin - distance**2, 0) * difference
    gradient = ((1 - different) * 2 * difference + different * push) / len(output1)
    return gradient, -gradient
