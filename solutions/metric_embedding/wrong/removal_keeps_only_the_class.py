"""The mask is the wrong way round: only the class that should go is left."""

LOSES = {"3e"}


class MNISTMetricDataset(MNISTMetricDataset):
    def __init__(self, root="/tmp/mnist/", split="train", remove_class=None):
        super().__init__(root, split)
        if remove_class is not None:
            kept = self.targets == remove_class
            self.images, self.targets = self.images[kept], self.targets[kept]
            self.target2indices = {remove_class: list(range(len(self.targets)))}
