"""The squared distances are summed. Take their mean, so that large classes are not wide for their size."""

LOSES = {"2.1"}


def class_statistics(features, labels):
    features = features.detach()
    classes = labels.unique()
    s = torch.stack([torch.pdist(features[labels == c]).square().sum() for c in classes])
    return classes, s, s.mean()
