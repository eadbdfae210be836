"""Tables of all pairs, thresholds by linspace, statistics under no_grad."""


@torch.no_grad()
def class_statistics(features, labels):
    classes = labels.unique(sorted=False)
    spreads = []
    for c in classes:
        own = features[labels == c]
        spreads.append(torch.cdist(own, own).square().sum() / (len(own) * (len(own) - 1)))
    return classes, torch.stack(spreads), torch.stack(spreads).mean()


def level_thresholds(d0, num_levels=16):
    return torch.linspace(float(d0), 4, num_levels + 1)


class HierarchicalTripletMarginLossWithSampler(HierarchicalTripletMarginLossWithSampler):
    def margins(self, features, labels, anchor_ids, negative_ids):
        classes, s, d0 = class_statistics(features, labels)
        row = {c: i for i, c in enumerate(classes.tolist())}
        anchors = labels[torch.tensor(anchor_ids)].tolist()
        negatives = labels[torch.tensor(negative_ids)].tolist()
        far = [
            self.alphabet_of_class[a] != self.alphabet_of_class[n]
            for a, n in zip(anchors, negatives, strict=True)
        ]
        levels = 1 + torch.tensor(far).long()
        return self.beta + level_thresholds(d0)[levels] - s[[row[c] for c in anchors]]
