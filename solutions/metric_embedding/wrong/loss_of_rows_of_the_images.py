"""The distances are those of the rows of the images, pixel by pixel, which nothing can be learned from.
Take them of `self.get_features(...)`."""

LOSES = {"2a"}
CHANGES = {"(self.get_features(images) for": "(images for"}
