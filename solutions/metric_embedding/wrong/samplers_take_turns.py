"""Positives and negatives come one after the other, in the order of the list. Let chance decide."""

LOSES = {"1"}


class MNISTMetricDataset(MNISTMetricDataset):
    turn = 0

    def _next(self, images):
        self.turn += 1
        return int(images[self.turn % len(images)])

    def _sample_positive(self, index):
        return self._next([i for i in self.target2indices[int(self.targets[index])] if i != index])

    def _sample_negative(self, index):
        return self._next([i for i in range(len(self.targets)) if self.targets[i] != self.targets[index]])
