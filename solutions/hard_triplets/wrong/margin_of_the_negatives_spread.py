"""s is that of the negative's class. It is the anchor's class that is wide or compact."""

LOSES = {"2.3"}


class HierarchicalTripletMarginLossWithSampler(HierarchicalTripletMarginLossWithSampler):
    def margins(self, features, labels, anchor_ids, negative_ids):
        classes, s, d0 = class_statistics(features, labels)
        row = (labels[:, None] == classes).int().argmax(dim=1)
        alphabet = torch.tensor([self.alphabet_of_class[c] for c in classes.tolist()])
        anchor, negative = row[anchor_ids], row[negative_ids]
        level = torch.where(alphabet[anchor] == alphabet[negative], 1, 2)
        return self.beta + level_thresholds(d0)[level] - s[negative]
