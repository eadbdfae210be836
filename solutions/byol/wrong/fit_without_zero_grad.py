"""Gradients of all batches add up. Set them to zero before each backward pass."""

LOSES = {"2.3"}
CHANGES = {"            optimiser.zero_grad()\n": ""}
