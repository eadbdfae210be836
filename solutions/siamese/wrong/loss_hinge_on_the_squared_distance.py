"""The hinge is max(0, m - D^2): the margin is one of distances, not of their squares."""

LOSES = {"2"}


class ContrastiveLoss(ContrastiveLoss):
    def forward(self, output1, output2, label):
        squared = (output1 - output2).square().sum(dim=1)
        y = label.view(-1)
        return ((1 - y) * squared + y * torch.clamp(self.margin - squared, min=0) ** 2).mean()
