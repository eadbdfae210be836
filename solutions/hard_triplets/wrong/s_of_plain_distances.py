"""The distances within a class are not squared. Their squares are averaged."""

LOSES = {"2.1"}


def class_statistics(features, labels):
    features = features.detach()
    classes = labels.unique()
    s = torch.stack([torch.pdist(features[labels == c]).mean() for c in classes])
    return classes, s, s.mean()
