"""Both gradients have the same sign.
The loss depends on the difference of the outputs, so they are opposite."""

LOSES = {"1.1"}
CHANGES = {"return gradient, -gradient": "return gradient, gradient"}
