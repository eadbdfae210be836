"""d0 is the mean over the samples, so large classes weigh more. Every class counts once."""

LOSES = {"2.1"}


def class_statistics(features, labels):
    features = features.detach()
    classes = labels.unique()
    s = torch.stack([torch.pdist(features[labels == c]).square().mean() for c in classes])
    row = (labels[:, None] == classes).int().argmax(dim=1)
    return classes, s, s[row].mean()
