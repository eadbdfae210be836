"""The distances are those of the images, which nothing can be learned from.
Take them of `self.get_features(...)`."""

LOSES = {"2a"}
CHANGES = {"(self.get_features(images) for": "(images.flatten(start_dim=1) for"}
