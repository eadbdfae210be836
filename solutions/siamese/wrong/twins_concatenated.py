"""`forward` puts both outputs into one tensor: return them as a pair."""

LOSES = {"4"}
CHANGES = {
    "return self.forward_each(input1), self.forward_each(input2)": (
        "return torch.cat([self.forward_each(input1), self.forward_each(input2)])"
    ),
}
