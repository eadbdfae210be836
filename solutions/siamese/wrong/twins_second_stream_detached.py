"""The second output is detached: only the first stream learns, from half of the gradient."""

LOSES = {"4"}
CHANGES = {
    "return self.forward_each(input1), self.forward_each(input2)": (
        "return self.forward_each(input1), self.forward_each(input2).detach()"
    ),
}
