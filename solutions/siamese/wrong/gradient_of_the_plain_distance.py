"""Pairs of one class: the gradient of D, while the loss is its square."""

LOSES = {"1.1"}


def contrastive_grad(output1, output2, label, margin):
    difference = output1 - output2
    distance = np.linalg.norm(difference, axis=1, keepdims=True)
    different = label.reshape(-1, 1)
    unit = difference / np.maximum(distance, 1e-12)
    gradient = ((1 - different) * unit - different * 2 * np.maximum(margin - distance, 0) * unit) / len(
        output1
    )
    return gradient, -gradient
