"""The mean distance is squared. First square, then average."""

LOSES = {"2.1"}


def class_statistics(features, labels):
    features = features.detach()
    classes = labels.unique()
    s = torch.stack([torch.pdist(features[labels == c]).mean().square() for c in classes])
    return classes, s, s.mean()
