"""Gradients are recorded during validation, which costs memory for nothing. Use torch.no_grad()."""

LOSES = {"2.2"}
CHANGES = {
    ("    with torch.no_grad():\n        for x, y in dataloader"): (
        "    if True:\n        for x, y in dataloader"
    ),
}
