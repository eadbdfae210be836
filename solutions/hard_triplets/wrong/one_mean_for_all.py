"""The mean is that of the whole batch. Each class has a mean of its own."""

LOSES = {"1.1"}


class HardClusterTripletsSampler(IInbatchTripletSampler):
    def sample(self, features, labels):
        label = torch.tensor(labels)
        own = label == label.unique()[:, None]
        means = features.mean(dim=0).expand(len(own), -1)
        farthest = torch.cdist(means, features).masked_fill(~own, -torch.inf).argmax(dim=1)
        itself = torch.eye(len(means), dtype=torch.bool)
        nearest = torch.cdist(means, means).masked_fill(itself, torch.inf).argmin(dim=1)
        return means, features[farthest], means[nearest]
