"""The max with 0 is missing: pairs of two classes that are far apart are pulled back to the margin."""

LOSES = {"2"}


class ContrastiveLoss(ContrastiveLoss):
    def forward(self, output1, output2, label):
        distance = F.pairwise_distance(output1, output2)
        y = label.view(-1)
        return ((1 - y) * distance**2 + y * (self.margin - distance) ** 2).mean()
