"""The distance of pairs of one class is not squared."""

LOSES = {"2"}


class ContrastiveLoss(ContrastiveLoss):
    def forward(self, output1, output2, label):
        distance = F.pairwise_distance(output1, output2)
        y = label.view(-1)
        return ((1 - y) * distance + y * torch.clamp(self.margin - distance, min=0) ** 2).mean()
