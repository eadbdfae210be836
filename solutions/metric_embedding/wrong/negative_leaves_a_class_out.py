"""One class never comes as a negative:
`random.randint` and slices count to different ends. Check the range that you draw from."""

LOSES = {"1"}


class MNISTMetricDataset(MNISTMetricDataset):
    def _sample_negative(self, index):
        target = self.targets[index]
        other = random.choice([c for c in self.target2indices if c not in (target, 8)])
        return random.choice(self.target2indices[other])
