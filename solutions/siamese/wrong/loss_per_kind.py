"""The mean over the pairs of each kind on its own: both kinds count the same, however many there are."""

LOSES = {"2"}


class ContrastiveLoss(ContrastiveLoss):
    def forward(self, output1, output2, label):
        distance = F.pairwise_distance(output1, output2)
        y = label.view(-1)
        same, different = distance[y == 0] ** 2, torch.clamp(self.margin - distance[y == 1], min=0) ** 2
        return sum(part.mean() for part in (same, different) if len(part))
