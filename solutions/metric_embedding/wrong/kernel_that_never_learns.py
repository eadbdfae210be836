"""The kernel asks for no gradient, so it stays as it began."""

LOSES = {"2b"}
CHANGES = {
    "k, padding=k // 2, bias=bias))": "k, padding=k // 2, bias=bias))\n        self[-1].requires_grad_(False)"
}
