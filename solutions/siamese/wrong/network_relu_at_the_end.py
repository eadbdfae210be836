"""A ReLU after the last layer: no output can be negative, and three quarters of the plane stay empty."""

LOSES = {"4"}
CHANGES = {"return self.head(self.cnn(x))": "return self.head(self.cnn(x)).relu()"}
