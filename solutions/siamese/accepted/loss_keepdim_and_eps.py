"""Distances (B, 1) with an eps of their own."""


class ContrastiveLoss(ContrastiveLoss):
    def forward(self, output1, output2, label):
        distance = F.pairwise_distance(output1, output2, eps=1e-9, keepdim=True)
        y = label.view(-1, 1)
        return torch.mean((1 - y) * distance.pow(2) + y * F.relu(self.margin - distance).pow(2))
