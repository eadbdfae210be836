"""One pair after the other, a list of rows."""


def contrastive_grad(output1, output2, label, margin):
    rows = []
    for a, b, y in zip(output1, output2, label, strict=True):
        d = np.sqrt(((a - b) ** 2).sum())
        rows.append(2 * (a - b) if y == 0 else (-2 * (margin - d) * (a - b) / d if d < margin else 0 * a))
    gradient = np.array(rows) / len(rows)
    return [gradient, -gradient]
