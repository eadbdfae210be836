"""Dropout on the outputs: it is not in the table, and distances become random."""

LOSES = {"4"}
CHANGES = {
    "return self.forward_each(input1), self.forward_each(input2)": (
        "return tuple(F.dropout(self.forward_each(x), 0.5, self.training) for x in (input1, input2))"
    ),
}
