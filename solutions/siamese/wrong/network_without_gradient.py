"""Under `torch.no_grad()` nothing is learned: leave that to whoever only measures."""

LOSES = {"4"}
CHANGES = {
    "return self.head(self.cnn(x))": "with torch.no_grad():\n            return self.head(self.cnn(x))",
}
