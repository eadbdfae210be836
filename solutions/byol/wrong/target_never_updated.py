"""The target never moves. Call update_target() after every step."""

LOSES = {"6"}
CHANGES = {"                model.update_target()\n": ""}
