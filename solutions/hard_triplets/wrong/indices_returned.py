"""The sampler returns indices. It returns features: a mean has no index in the batch."""

LOSES = {"1.1"}


class HardClusterTripletsSampler(IInbatchTripletSampler):
    def sample(self, features, labels):
        label = torch.tensor(labels)
        own = label == label.unique()[:, None]
        means = own.to(features.dtype) @ features / own.sum(dim=1, keepdim=True)
        farthest = torch.cdist(means, features).masked_fill(~own, -torch.inf).argmax(dim=1)
        itself = torch.eye(len(means), dtype=torch.bool)
        nearest = torch.cdist(means, means).masked_fill(itself, torch.inf).argmin(dim=1)
        return torch.arange(len(own)), farthest, nearest
