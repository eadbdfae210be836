"""d0 is the sum of s. It is its mean over the classes."""

LOSES = {"2.1"}


def class_statistics(features, labels):
    features = features.detach()
    classes = labels.unique()
    s = torch.stack([torch.pdist(features[labels == c]).square().mean() for c in classes])
    return classes, s, s.sum()
