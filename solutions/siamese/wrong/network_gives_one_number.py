"""The embedding is a number, (B,), and no point (B, 2)."""

LOSES = {"4", "5.1"}


class SiameseNetwork(SiameseNetwork):
    def forward_each(self, x):
        return super().forward_each(x)[:, 0]
