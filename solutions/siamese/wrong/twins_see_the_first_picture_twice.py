"""Both streams are given the first picture."""

LOSES = {"4"}


class SiameseNetwork(SiameseNetwork):
    def forward(self, input1, input2):
        return self.forward_each(input1), self.forward_each(input1)
