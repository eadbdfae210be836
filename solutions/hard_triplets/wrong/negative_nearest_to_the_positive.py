"""The nearest other mean is looked for from the farthest sample. It is the one nearest to the class's own
mean.
"""

LOSES = {"1.1"}


class HardClusterTripletsSampler(IInbatchTripletSampler):
    def sample(self, features, labels):
        label = torch.tensor(labels)
        own = label == label.unique()[:, None]
        means = own.to(features.dtype) @ features / own.sum(dim=1, keepdim=True)
        farthest = torch.cdist(means, features).masked_fill(~own, -torch.inf).argmax(dim=1)
        own_mean = torch.eye(len(means), dtype=torch.bool)
        nearest = torch.cdist(features[farthest], means).masked_fill(own_mean, torch.inf).argmin(dim=1)
        return means, features[farthest], means[nearest]
