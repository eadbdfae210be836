"""d0 is the mean squared distance of the whole batch, across classes, too. It is the mean of s."""

LOSES = {"2.1"}


def class_statistics(features, labels):
    features = features.detach()
    classes = labels.unique()
    s = torch.stack([torch.pdist(features[labels == c]).square().mean() for c in classes])
    return classes, s, torch.pdist(features).square().mean()
