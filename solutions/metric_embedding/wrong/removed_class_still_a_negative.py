"""The class is not an anchor any more, but still drawn as a negative: its images are still there."""

LOSES = {"3e"}


class MNISTMetricDataset(MNISTMetricDataset):
    def __init__(self, root="/tmp/mnist/", split="train", remove_class=None):
        super().__init__(root, split)
        self.anchors = [i for i, target in enumerate(self.targets) if target != remove_class]

    def __getitem__(self, index):
        return super().__getitem__(self.anchors[index])

    def __len__(self):
        return len(self.anchors)
