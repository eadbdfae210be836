"""s is the largest squared distance within a class. It is their mean."""

LOSES = {"2.1"}


def class_statistics(features, labels):
    features = features.detach()
    classes = labels.unique()
    s = torch.stack([torch.pdist(features[labels == c]).square().max() for c in classes])
    return classes, s, s.mean()
