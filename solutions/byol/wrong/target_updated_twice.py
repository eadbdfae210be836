"""The target moves twice in every step. Once is enough."""

LOSES = {"6"}
CHANGES = {
    "                model.update_target()\n": (
        "                model.update_target()\n                model.update_target()\n"
    ),
}
