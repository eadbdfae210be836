"""The embeddings are divided by their norms before the distances are taken.
The loss takes them as they are."""

LOSES = {"2a"}


class SimpleMetricEmbedding(SimpleMetricEmbedding):
    def loss(self, anchor, positive, negative):
        a, p, n = (
            nn.functional.normalize(self.get_features(images)) for images in (anchor, positive, negative)
        )
        return nn.functional.triplet_margin_loss(a, p, n)
