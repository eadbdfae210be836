"""Every pair has the margin of level 2, alphabets are ignored. Within an alphabet the level is 1."""

LOSES = {"2.3"}


class HierarchicalTripletMarginLossWithSampler(HierarchicalTripletMarginLossWithSampler):
    def margins(self, features, labels, anchor_ids, negative_ids):
        classes, s, d0 = class_statistics(features, labels)
        row = (labels[:, None] == classes).int().argmax(dim=1)
        torch.tensor([self.alphabet_of_class[c] for c in classes.tolist()])
        anchor, _negative = row[anchor_ids], row[negative_ids]
        return self.beta + level_thresholds(d0)[2] - s[anchor]
