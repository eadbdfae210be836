"""The loss has a number for each triplet.
One number comes out: their mean."""

LOSES = {"2a"}


class SimpleMetricEmbedding(SimpleMetricEmbedding):
    def loss(self, anchor, positive, negative):
        a, p, n = (self.get_features(images) for images in (anchor, positive, negative))
        to_positive = nn.functional.pairwise_distance(a, p)
        to_negative = nn.functional.pairwise_distance(a, n)
        return torch.relu(to_positive - to_negative + 1)
