"""The samplers return a label.
They return the index of an image."""

LOSES = {"1"}


class MNISTMetricDataset(MNISTMetricDataset):
    def _sample_positive(self, index):
        return self.targets[index]

    def _sample_negative(self, index):
        return random.choice([c for c in self.target2indices if c != self.targets[index]])
