"""The losses of the batch are added up.
The loss is their mean, whatever the size of the batch."""

LOSES = {"2a"}


class SimpleMetricEmbedding(SimpleMetricEmbedding):
    def loss(self, anchor, positive, negative):
        a, p, n = (self.get_features(images) for images in (anchor, positive, negative))
        to_positive = nn.functional.pairwise_distance(a, p)
        to_negative = nn.functional.pairwise_distance(a, n)
        return torch.relu(to_positive - to_negative + 1).sum()
