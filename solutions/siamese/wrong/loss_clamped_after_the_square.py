"""Squared first and clamped then: a square is never below 0, so the clamp does nothing."""

LOSES = {"2"}


class ContrastiveLoss(ContrastiveLoss):
    def forward(self, output1, output2, label):
        distance = F.pairwise_distance(output1, output2)
        y = label.view(-1)
        return ((1 - y) * distance**2 + y * torch.clamp((self.margin - distance) ** 2, min=0)).mean()
