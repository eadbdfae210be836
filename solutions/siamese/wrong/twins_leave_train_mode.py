"""`forward` calls `eval()`, so batch normalisation never sees a batch: the training loop sets the mode."""

LOSES = {"4"}
CHANGES = {
    "return self.forward_each(input1), self.forward_each(input2)": (
        "self.eval()\n        return self.forward_each(input1), self.forward_each(input2)"
    ),
}
