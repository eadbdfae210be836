"""`target2indices` was made before the removal, so its indices belong to other images now, or to none, and
the removed class is still drawn."""

LOSES = {"3e"}


class MNISTMetricDataset(MNISTMetricDataset):
    def __init__(self, root="/tmp/mnist/", split="train", remove_class=None):
        super().__init__(root, split)
        if remove_class is not None:
            kept = [index for index, target in enumerate(self.targets) if target != remove_class]
            self.images = [self.images[index] for index in kept]
            self.targets = [self.targets[index] for index in kept]
