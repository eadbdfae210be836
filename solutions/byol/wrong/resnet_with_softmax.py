"""The network ends in a softmax. The loss has one of its own: return the values before it."""

LOSES = {"2.4"}
CHANGES = {"return self.resnet(x)": "return self.resnet(x).softmax(dim=1)"}
