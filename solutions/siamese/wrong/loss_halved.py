"""A factor of 1/2, as some papers have it; the formula here has none."""

LOSES = {"2"}


class ContrastiveLoss(ContrastiveLoss):
    def forward(self, output1, output2, label):
        distance = F.pairwise_distance(output1, output2)
        y = label.view(-1)
        return ((1 - y) * distance**2 + y * torch.clamp(self.margin - distance, min=0) ** 2).mean() / 2
