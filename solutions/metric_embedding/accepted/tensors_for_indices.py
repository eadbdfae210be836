"""Indices are tensors, negatives are drawn until the class differs, images come in another order after the
removal."""


class MNISTMetricDataset(MNISTMetricDataset):
    def __init__(self, root="/tmp/mnist/", split="train", remove_class=None):
        super().__init__(root, split)
        if remove_class is not None:
            kept = (self.targets != remove_class).nonzero().squeeze(1).flip(0)
            self.images, self.targets = self.images[kept], self.targets[kept]

    def _sample_positive(self, index):
        same = (self.targets == self.targets[index]).nonzero().squeeze(1)
        return same[torch.randint(len(same), ())]

    def _sample_negative(self, index):
        while True:
            other = torch.randint(len(self.targets), ())
            if self.targets[other] != self.targets[index]:
                return other
