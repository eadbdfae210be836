"""There is a margin for each sample of the batch. There is one for each triplet, at its anchor and its
negative.
"""

LOSES = {"2.3"}


class HierarchicalTripletMarginLossWithSampler(HierarchicalTripletMarginLossWithSampler):
    def margins(self, features, labels, anchor_ids, negative_ids):
        classes, s, d0 = class_statistics(features, labels)
        row = (labels[:, None] == classes).int().argmax(dim=1)
        return self.beta + level_thresholds(d0)[2] - s[row]

    def forward(self, features, labels):
        a, p, n = self.sampler_inbatch.sample_ids(features, labels)
        to_positive = (features[a] - features[p]).square().sum(dim=1)
        to_negative = (features[a] - features[n]).square().sum(dim=1)
        right = super().margins(features, labels, a, n)
        return torch.relu(to_positive - to_negative + right).mean()
