"""The blur's kernel is that of views of 224 pixels."""

CHANGES = {"KERNEL = 2 * round(23 * SIZE / 224 / 2 - 0.5) + 1": "KERNEL = 23"}
