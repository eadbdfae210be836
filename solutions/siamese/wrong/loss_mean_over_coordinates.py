"""The mean over the coordinates in the place of their sum: D is too small by the root of d."""

LOSES = {"2"}


class ContrastiveLoss(ContrastiveLoss):
    def forward(self, output1, output2, label):
        distance = (output1 - output2).square().mean(dim=1).add(1e-12).sqrt()
        y = label.view(-1)
        return ((1 - y) * distance**2 + y * torch.clamp(self.margin - distance, min=0) ** 2).mean()
