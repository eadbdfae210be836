"""The thresholds are made by a function that takes no tensor as d0. In training d0 is a tensor."""

LOSES = {"2.2"}


def level_thresholds(d0, num_levels=16):
    if isinstance(d0, Tensor):
        raise TypeError("d0 must be a number")
    return torch.linspace(d0, 4, num_levels + 1)


class HierarchicalTripletMarginLossWithSampler(HierarchicalTripletMarginLossWithSampler):
    def margins(self, features, labels, anchor_ids, negative_ids):
        classes, s, d0 = class_statistics(features, labels)
        row = (labels[:, None] == classes).int().argmax(dim=1)
        alphabet = torch.tensor([self.alphabet_of_class[c] for c in classes.tolist()])
        anchor, negative = row[anchor_ids], row[negative_ids]
        level = torch.where(alphabet[anchor] == alphabet[negative], 1, 2)
        return self.beta + level_thresholds(d0.item())[level] - s[anchor]
