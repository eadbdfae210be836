"""Gradients of all batches add up. Set them to zero before each backward pass."""

LOSES = {"6"}
CHANGES = {"                optimizer.zero_grad()\n": ""}
