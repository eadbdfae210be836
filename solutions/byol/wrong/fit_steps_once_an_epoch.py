"""There is one step an epoch, after the last batch. Take one after every batch."""

LOSES = {"2.3"}
CHANGES = {
    (
        "            optimiser.step()\n"
        "            total += loss.item() * len(y)\n"
        "            images += len(y)\n"
    ): (
        "            total += loss.item() * len(y)\n            images += len(y)\n        optimiser.step()\n"
    ),
}
