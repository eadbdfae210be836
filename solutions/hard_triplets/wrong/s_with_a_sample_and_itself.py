"""A sample and itself count as a pair, with distance zero, so s is too small. Pairs are of different
samples: n (n - 1) of them.
"""

LOSES = {"2.1"}


def class_statistics(features, labels):
    features = features.detach()
    classes = labels.unique()
    s = torch.stack(
        [torch.cdist(features[labels == c], features[labels == c]).square().mean() for c in classes]
    )
    return classes, s, s.mean()
