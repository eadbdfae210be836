"""The distances are swapped, so training pushes positives away and pulls negatives in.
It is d(a, p) - d(a, n)."""

LOSES = {"2a"}


class SimpleMetricEmbedding(SimpleMetricEmbedding):
    def loss(self, anchor, positive, negative):
        a, p, n = (self.get_features(images) for images in (anchor, positive, negative))
        to_positive = nn.functional.pairwise_distance(a, p)
        to_negative = nn.functional.pairwise_distance(a, n)
        return torch.relu(to_negative - to_positive + 1).mean()
