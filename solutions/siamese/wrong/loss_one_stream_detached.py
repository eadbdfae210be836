"""One of the outputs is taken out of the graph: only one stream learns."""

LOSES = {"2"}


class ContrastiveLoss(ContrastiveLoss):
    def forward(self, output1, output2, label):
        distance = F.pairwise_distance(output1, output2.detach())
        y = label.view(-1)
        return ((1 - y) * distance**2 + y * torch.clamp(self.margin - distance, min=0) ** 2).mean()
