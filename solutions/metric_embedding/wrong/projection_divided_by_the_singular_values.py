"""The coordinates are divided by the singular values, which stretches the axis of the smaller variance.
U, U * S and X @ V are fine."""

LOSES = {"4"}
CHANGES = {"U * S": "U / S"}
