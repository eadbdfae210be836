"""All rows are the mean of the whole batch. A prototype uses the samples of its own class only."""

LOSES = {"1.1"}


def class_means(features, labels):
    return features.mean(dim=0).expand(len(labels.unique()), -1)
