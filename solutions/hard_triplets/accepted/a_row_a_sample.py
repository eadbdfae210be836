"""A triplet for each sample, with the sample itself as the anchor."""


class HardClusterTripletsSampler(IInbatchTripletSampler):
    def sample(self, features, labels):
        label = torch.tensor(labels)
        rows = []
        means = {c: features[label == c].mean(dim=0) for c in set(labels)}
        for c, mean in means.items():
            own = features[label == c]
            farthest = own[(own - mean).norm(dim=1).argmax()]
            nearest = min(
                (m for other, m in means.items() if other != c), key=lambda m: float((m - mean).norm())
            )
            rows += [(one, farthest, nearest) for one in own]
        anchors, positives, negatives = (torch.stack(part) for part in zip(*rows, strict=True))
        return anchors, positives, negatives


def hard_cluster_loss(features, labels, margin):
    hinges = []
    means = {c: features[labels == c].mean(dim=0) for c in labels.tolist()}
    for c, mean in means.items():
        d_intra = (features[labels == c] - mean).pow(2).sum(dim=1).max()
        d_inter = min((m - mean).pow(2).sum() for other, m in means.items() if other != c)
        hinges.append(torch.clamp(d_intra - d_inter + margin, min=0))
    return torch.stack(hinges).mean()
