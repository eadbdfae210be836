"""Negatives come only from the next few images.
Every image of another class must be possible."""

LOSES = {"1"}


class MNISTMetricDataset(MNISTMetricDataset):
    def _sample_negative(self, index):
        other = index
        while self.targets[other] == self.targets[index]:
            other = (other + 1) % len(self.targets)
        return other
