"""The second distance is from the negative to the positive.
Both distances start at the anchor."""

LOSES = {"2a"}


class SimpleMetricEmbedding(SimpleMetricEmbedding):
    def loss(self, anchor, positive, negative):
        a, p, n = (self.get_features(images) for images in (anchor, positive, negative))
        return nn.functional.relu((a - p).norm(dim=1) - (p - n).norm(dim=1) + 1).mean()
