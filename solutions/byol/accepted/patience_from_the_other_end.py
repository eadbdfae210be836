"""Patience counts the epochs beyond it."""

CHANGES = {"if waited == patience": "if waited > patience"}
