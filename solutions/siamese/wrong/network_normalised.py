"""The outputs are brought to length one: the table ends with a linear layer."""

LOSES = {"4"}


class SiameseNetwork(SiameseNetwork):
    def forward_each(self, x):
        return F.normalize(super().forward_each(x))
