"""What the convolutions give is detached, so they never learn."""

LOSES = {"4"}
CHANGES = {"return self.head(self.cnn(x))": "return self.head(self.cnn(x).detach())"}
