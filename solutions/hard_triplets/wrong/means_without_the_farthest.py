"""The means are taken without the farthest sample. All samples of a class count."""

LOSES = {"1.1"}


class HardClusterTripletsSampler(IInbatchTripletSampler):
    def sample(self, features, labels):
        label = torch.tensor(labels)
        own = label == label.unique()[:, None]
        means = own.to(features.dtype) @ features / own.sum(dim=1, keepdim=True)
        farthest = torch.cdist(means, features).masked_fill(~own, -torch.inf).argmax(dim=1)
        without = own.clone()
        without[torch.arange(len(own)), farthest] = False
        means = without.to(features.dtype) @ features / without.sum(dim=1, keepdim=True)
        itself = torch.eye(len(means), dtype=torch.bool)
        nearest = torch.cdist(means, means).masked_fill(itself, torch.inf).argmin(dim=1)
        return means, features[farthest], means[nearest]
