"""The negative is the farthest of the other means, the easiest one. The hardest is the nearest."""

LOSES = {"1.1"}


class HardClusterTripletsSampler(IInbatchTripletSampler):
    def sample(self, features, labels):
        label = torch.tensor(labels)
        own = label == label.unique()[:, None]
        means = own.to(features.dtype) @ features / own.sum(dim=1, keepdim=True)
        farthest = torch.cdist(means, features).masked_fill(~own, -torch.inf).argmax(dim=1)
        nearest = torch.cdist(means, means).argmax(dim=1)
        return means, features[farthest], means[nearest]
