"""Statistics and thresholds are constants, so that all margins are beta. They are measured on the batch."""

LOSES = {"2.1", "2.2", "2.3"}


def class_statistics(features, labels):
    classes = labels.unique()
    return classes, torch.zeros(len(classes)), torch.zeros(())


def level_thresholds(d0, num_levels=16):
    return torch.zeros(num_levels + 1)


class HierarchicalTripletMarginLossWithSampler(HierarchicalTripletMarginLossWithSampler):
    def margins(self, features, labels, anchor_ids, negative_ids):
        return torch.full((len(anchor_ids),), self.beta)
