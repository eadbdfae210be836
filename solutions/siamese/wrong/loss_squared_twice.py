"""The squared distance is squared once more."""

LOSES = {"2"}


class ContrastiveLoss(ContrastiveLoss):
    def forward(self, output1, output2, label):
        distance = (output1 - output2).square().sum(dim=1)
        y = label.view(-1)
        return ((1 - y) * distance**2 + y * torch.clamp(self.margin - distance, min=0) ** 2).mean()
