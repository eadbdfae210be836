"""The outputs are brought to length one: the table ends with a linear layer."""

LOSES = {"4"}
CHANGES = {"return self.head(self.cnn(x))": "return F.normalize(self.head(self.cnn(x)))"}
