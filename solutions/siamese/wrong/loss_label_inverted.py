"""The label is the other way round: 0 means the same class, and pulls."""

LOSES = {"2"}


class ContrastiveLoss(ContrastiveLoss):
    def forward(self, output1, output2, label):
        distance = F.pairwise_distance(output1, output2)
        y = label.view(-1)
        return (y * distance**2 + (1 - y) * torch.clamp(self.margin - distance, min=0) ** 2).mean()
