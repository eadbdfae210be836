"""The embeddings are divided by their norms before the distances are taken.
The loss takes them as they are."""

LOSES = {"2a"}
CHANGES = {"(self.get_features(images) for": "(nn.functional.normalize(self.get_features(images)) for"}
