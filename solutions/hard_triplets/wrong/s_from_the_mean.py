"""The distances are from the mean of the class. They are those of pairs of samples."""

LOSES = {"2.1"}


def class_statistics(features, labels):
    features = features.detach()
    classes = labels.unique()
    rows = [features[labels == c] for c in classes]
    s = torch.stack([(own - own.mean(dim=0)).square().sum(dim=1).mean() for own in rows])
    return classes, s, s.mean()
