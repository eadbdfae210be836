"""`classes` is counted from 0 to the largest label, and has classes that are not in the batch. List those
that are there.
"""

LOSES = {"2.1"}


def class_statistics(features, labels):
    features = features.detach()
    classes = torch.arange(int(labels.max()) + 1)
    rows = [features[labels == c] for c in classes]
    s = torch.stack([torch.pdist(own).square().mean() if len(own) > 1 else torch.zeros(()) for own in rows])
    return classes, s, s[s > 0].mean()


class HierarchicalTripletMarginLossWithSampler(HierarchicalTripletMarginLossWithSampler):
    def margins(self, features, labels, anchor_ids, negative_ids):
        _, s, d0 = class_statistics(features, labels)
        own, other = labels[anchor_ids], labels[negative_ids]
        alphabet = torch.tensor([self.alphabet_of_class[c] for c in range(len(self.alphabet_of_class))])
        level = torch.where(alphabet[own] == alphabet[other], 1, 2)
        return self.beta + level_thresholds(d0)[level] - s[own]
