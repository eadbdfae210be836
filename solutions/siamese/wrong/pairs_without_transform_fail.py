"""Without a transform an item fails: call it only where there is one."""

LOSES = {"3"}
CHANGES = {"if self.transform is not None:\n            images = ": "images = "}
