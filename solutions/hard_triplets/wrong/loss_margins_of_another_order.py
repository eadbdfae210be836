"""Margins are sorted, so that triplets get those of others."""

LOSES = {"2.4"}


class HierarchicalTripletMarginLossWithSampler(HierarchicalTripletMarginLossWithSampler):
    def forward(self, features, labels):
        a, p, n = self.sampler_inbatch.sample_ids(features, labels)
        to_positive = (features[a] - features[p]).square().sum(dim=1)
        to_negative = (features[a] - features[n]).square().sum(dim=1)
        margins = self.margins(features, labels, a, n)
        return torch.relu(to_positive - to_negative + margins.sort().values).mean()
