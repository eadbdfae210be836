"""Pairs of two classes are pulled together: the derivative of -D is negative."""

LOSES = {"1.1"}
CHANGES = {"push = -2 *": "push = 2 *"}
