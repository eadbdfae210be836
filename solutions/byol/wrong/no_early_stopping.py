"""Training never stops early. Stop when nothing has improved for `patience` epochs."""

LOSES = {"6"}
CHANGES = {"                if waited == patience:\n                    break\n": ""}
