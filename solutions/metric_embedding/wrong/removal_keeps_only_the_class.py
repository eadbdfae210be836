"""The mask is the wrong way round: only the class that should go is left."""

LOSES = {"3e"}


class MNISTMetricDataset(MNISTMetricDataset):
    def __init__(self, root="/tmp/mnist/", split="train", remove_class=None):
        super().__init__(root, split)
        if remove_class is not None:
            self.images = [self.images[index] for index in self.target2indices[remove_class]]
            self.targets = [remove_class] * len(self.images)
            self.target2indices = {remove_class: list(range(len(self.images)))}
