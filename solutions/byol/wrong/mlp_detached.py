"""The MLP detaches its output, so nothing before it learns."""

LOSES = {"5.1"}
CHANGES = {"        return self.layers(x)\n": "        return self.layers(x).detach()\n"}
