"""The parameters need no gradient, so nothing is learned."""

LOSES = {"4"}
CHANGES = {
    "nn.Linear(32, 2),\n        )\n": "nn.Linear(32, 2),\n        )\n        self.requires_grad_(False)\n",
}
