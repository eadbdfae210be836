"""The target moves once an epoch. It follows after every step."""

LOSES = {"6"}
CHANGES = {
    "                model.update_target()\n": "",
    '            history["train_loss"].append(': (
        '            model.update_target()\n            history["train_loss"].append('
    ),
}
