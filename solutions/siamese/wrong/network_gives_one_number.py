"""The embedding is a number, (B,), and no point (B, 2)."""

LOSES = {"4"}
CHANGES = {"return self.head(self.cnn(x))": "return self.head(self.cnn(x))[:, 0]"}
