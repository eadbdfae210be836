"""A class is drawn from `self.classes`, which still lists the removed one.
Draw from the classes that have images."""

LOSES = {"3e"}


class MNISTMetricDataset(MNISTMetricDataset):
    def _sample_negative(self, index):
        other = random.choice([c for c in self.classes if c != self.targets[index]])
        return random.choice(self.target2indices[other])
