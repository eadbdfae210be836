"""The loss mines triplets of its own. It takes those of the sampler that it was given."""

LOSES = {"2.4"}


class HierarchicalTripletMarginLossWithSampler(HierarchicalTripletMarginLossWithSampler):
    def forward(self, features, labels):
        a, p, n = HardTripletsSampler().sample_ids(features, labels)
        to_positive = (features[a] - features[p]).square().sum(dim=1)
        to_negative = (features[a] - features[n]).square().sum(dim=1)
        return torch.relu(to_positive - to_negative + self.margins(features, labels, a, n)).mean()
