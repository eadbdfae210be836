"""Statistics and thresholds as lists and Python numbers."""


def class_statistics(features, labels):
    classes = sorted(set(labels.tolist()))
    s = [torch.pdist(features[labels == c]).square().mean().item() for c in classes]
    return classes, s, sum(s) / len(s)


def level_thresholds(d0, num_levels=16):
    return [level * (4 - d0) / num_levels + d0 for level in range(num_levels + 1)]


class HierarchicalTripletMarginLossWithSampler(HierarchicalTripletMarginLossWithSampler):
    def margins(self, features, labels, anchor_ids, negative_ids):
        classes, s, d0 = class_statistics(features, labels)
        d = level_thresholds(d0)
        found = []
        for a, n in zip(labels[anchor_ids].tolist(), labels[negative_ids].tolist(), strict=True):
            level = 1 if self.alphabet_of_class[a] == self.alphabet_of_class[n] else 2
            found.append(self.beta + d[level] - s[classes.index(a)])
        return torch.tensor(found)
