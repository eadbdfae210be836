"""Both streams are given the first picture."""

LOSES = {"4"}
CHANGES = {"self.forward_each(input2)": "self.forward_each(input1)"}
