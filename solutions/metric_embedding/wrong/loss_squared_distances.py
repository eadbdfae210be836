"""The distances are squared, as in FaceNet.
Here d is the Euclidean distance itself."""

LOSES = {"2a"}


class SimpleMetricEmbedding(SimpleMetricEmbedding):
    def loss(self, anchor, positive, negative):
        a, p, n = (self.get_features(images) for images in (anchor, positive, negative))
        to_positive = nn.functional.pairwise_distance(a, p)
        to_negative = nn.functional.pairwise_distance(a, n)
        return torch.relu(to_positive**2 - to_negative**2 + 1).mean()
