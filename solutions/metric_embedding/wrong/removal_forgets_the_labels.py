"""The images are dropped but not their targets, so that every image behind the first dropped one has
another's label."""

LOSES = {"3e"}


class MNISTMetricDataset(MNISTMetricDataset):
    def __init__(self, root="/tmp/mnist/", split="train", remove_class=None):
        super().__init__(root, split)
        if remove_class is not None:
            pairs = zip(self.images, self.targets, strict=True)
            self.images = [image for image, target in pairs if target != remove_class]
            self.target2indices = {}
            for index, target in enumerate(self.targets[: len(self.images)]):
                self.target2indices.setdefault(target, []).append(index)
