"""Samplers by NumPy: negatives evenly over images, positives never the anchor itself."""

import numpy as np


class MNISTMetricDataset(MNISTMetricDataset):
    def __init__(self, root="/tmp/mnist/", split="train", remove_class=None):
        super().__init__(root, split, remove_class)
        numbers = np.array(self.targets)
        self.target2indices = {c: np.flatnonzero(numbers == c) for c in self.classes}
        self.others = {c: np.flatnonzero(numbers != c) for c in self.classes}

    def _sample_positive(self, index):
        own = self.target2indices[self.targets[index]]
        return np.random.choice(own[own != index])

    def _sample_negative(self, index):
        return np.random.choice(self.others[self.targets[index]])
