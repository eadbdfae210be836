"""The negative is the nearest sample of another class. Hard cluster takes the nearest mean."""

LOSES = {"1.1"}


class HardClusterTripletsSampler(IInbatchTripletSampler):
    def sample(self, features, labels):
        label = torch.tensor(labels)
        own = label == label.unique()[:, None]
        means = own.to(features.dtype) @ features / own.sum(dim=1, keepdim=True)
        farthest = torch.cdist(means, features).masked_fill(~own, -torch.inf).argmax(dim=1)
        nearest = torch.cdist(means, features).masked_fill(own, torch.inf).argmin(dim=1)
        return means, features[farthest], features[nearest]
