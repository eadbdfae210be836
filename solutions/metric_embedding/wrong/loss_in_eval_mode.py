"""The loss puts the network into eval mode, so batch normalisation never learns its statistics.
Leave the mode to `train` and `evaluate`."""

LOSES = {"2a"}
CHANGES = {"        a, p, n = (self": "        self.eval()\n        a, p, n = (self"}
