"""Squared differences are averaged over the dimensions. A squared distance is their sum."""

LOSES = {"2.1"}


def class_statistics(features, labels):
    features = features.detach()
    classes = labels.unique()
    s = torch.stack([2 * features[labels == c].var(dim=0).mean() for c in classes])
    return classes, s, s.mean()
