"""In train mode both outputs are those of the first picture."""

LOSES = {"4"}
CHANGES = {
    "return self.forward_each(input1), self.forward_each(input2)": (
        "first, second = self.forward_each(input1), self.forward_each(input2)\n"
        "        return (first, first) if self.training else (first, second)"
    ),
}
