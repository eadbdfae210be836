"""The positive is always the same image of the class.
Draw among all of them."""

LOSES = {"1"}


class MNISTMetricDataset(MNISTMetricDataset):
    def _sample_positive(self, index):
        return self.target2indices[self.targets[index]][0]
