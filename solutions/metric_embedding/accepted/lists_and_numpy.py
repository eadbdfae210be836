"""Images and targets in lists; negatives evenly over images, positives never the anchor itself."""

import numpy as np


class MNISTMetricDataset(MNISTMetricDataset):
    def __init__(self, root="/tmp/mnist/", split="train", remove_class=None):
        super().__init__(root, split)
        pairs = zip(list(self.images), self.targets.tolist(), strict=True)
        pairs = [(image, target) for image, target in pairs if target != remove_class]
        self.images = [image for image, _ in pairs]
        self.targets = [torch.tensor(target) for _, target in pairs]
        numbers = np.array([target for _, target in pairs])
        self.target2indices = {c: np.flatnonzero(numbers == c) for c in self.classes}
        self.others = {c: np.flatnonzero(numbers != c) for c in self.classes}

    def _sample_positive(self, index):
        own = self.target2indices[self.targets[index].item()]
        return np.random.choice(own[own != index])

    def _sample_negative(self, index):
        return np.random.choice(self.others[self.targets[index].item()])
