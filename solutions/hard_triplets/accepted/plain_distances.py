"""The hierarchical loss with plain distances."""

AXES = {"distance": "plain"}


class HierarchicalTripletMarginLossWithSampler(HierarchicalTripletMarginLossWithSampler):
    def forward(self, features, labels):
        a, p, n = self.sampler_inbatch.sample_ids(features, labels)
        to_positive = (features[a] - features[p]).norm(dim=1)
        to_negative = (features[a] - features[n]).norm(dim=1)
        return torch.relu(to_positive - to_negative + self.margins(features, labels, a, n)).mean()
