"""Loops over the classes, in the order in which they appear."""


class HardClusterTripletsSampler(IInbatchTripletSampler):
    def sample(self, features, labels):
        classes = list(dict.fromkeys(labels))
        ids = {c: [i for i, label in enumerate(labels) if label == c] for c in classes}
        means = torch.stack([features[ids[c]].mean(dim=0) for c in classes])
        positives, negatives = [], []
        for row, c in enumerate(classes):
            from_mean = torch.linalg.norm(features[ids[c]] - means[row], dim=1)
            positives.append(features[ids[c]][from_mean.argmax()])
            between = torch.linalg.norm(means - means[row], dim=1)
            between[row] = float("inf")
            negatives.append(means[between.argmin()])
        return means, torch.stack(positives), torch.stack(negatives)


def class_statistics(features, labels):
    classes, spreads = [], []
    for c in dict.fromkeys(labels.tolist()):
        own = features[labels == c].detach()
        pairs = [((x - y) ** 2).sum() for i, x in enumerate(own) for j, y in enumerate(own) if i != j]
        classes.append(c)
        spreads.append(torch.stack(pairs).mean())
    return torch.tensor(classes), torch.stack(spreads), torch.stack(spreads).mean()


class HierarchicalTripletMarginLossWithSampler(HierarchicalTripletMarginLossWithSampler):
    def margins(self, features, labels, anchor_ids, negative_ids):
        classes, s, d0 = class_statistics(features, labels)
        spread = dict(zip(classes.tolist(), s.tolist(), strict=True))
        d = level_thresholds(d0)
        found = []
        for anchor, negative in zip(anchor_ids, negative_ids, strict=True):
            own, other = labels[anchor].item(), labels[negative].item()
            level = 1 if self.alphabet_of_class[own] == self.alphabet_of_class[other] else 2
            found.append(self.beta + d[level] - spread[own])
        return torch.stack(found)

    def forward(self, features, labels):
        ids = self.sampler_inbatch.sample_ids(features, labels)
        losses = []
        for a, p, n, margin in zip(*ids, self.margins(features, labels, ids[0], ids[2]), strict=True):
            to_positive = ((features[a] - features[p]) ** 2).sum()
            to_negative = ((features[a] - features[n]) ** 2).sum()
            losses.append(F.relu(to_positive - to_negative + margin))
        return sum(losses) / len(losses)
