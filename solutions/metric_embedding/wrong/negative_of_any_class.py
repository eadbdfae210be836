"""A negative may be of the class of the anchor.
Draw until it is of another one, or leave that class out."""

LOSES = {"1"}


class MNISTMetricDataset(MNISTMetricDataset):
    def _sample_negative(self, index):
        return random.randrange(len(self.images))
