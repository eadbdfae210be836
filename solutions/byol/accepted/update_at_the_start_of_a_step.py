"""The average stands at the start of a step: with a target that starts as a copy only the last move is
missing.
"""

CHANGES = {
    "                model.update_target()\n": "",
    "                z1, z2, p1, p2 = model(x1.to(DEVICE), x2.to(DEVICE))\n": (
        "                model.update_target()\n"
        "                z1, z2, p1, p2 = model(x1.to(DEVICE), x2.to(DEVICE))\n"
    ),
}
