"""The loss is put into a new tensor, which has forgotten where it came from.
Return the loss itself; a new `requires_grad=True` does not bring the graph back."""

LOSES = {"3.3"}
CHANGES = {
    "return -log_p.gather(1, target[:, None]).mean()": (
        "return torch.tensor(-log_p.gather(1, target[:, None]).mean().item(), requires_grad=True)"
    ),
}
