"""`forward` returns the distance: the loss takes the outputs."""

LOSES = {"4"}


class SiameseNetwork(SiameseNetwork):
    def forward(self, input1, input2):
        return F.pairwise_distance(self.forward_each(input1), self.forward_each(input2))
