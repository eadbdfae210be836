"""Nothing is learned under `torch.no_grad()`, nor where parameters need no gradient.
Leave that to whoever only measures."""

LOSES = {"4"}
CHANGES = {
    "return self.head(self.cnn(x))": "with torch.no_grad():\n            return self.head(self.cnn(x))",
}
