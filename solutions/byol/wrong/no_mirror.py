"""Views are never mirrored. Half of them should be."""

LOSES = {"3.1", "3.2"}
CHANGES = {"transforms.RandomHorizontalFlip(0.5)": "transforms.RandomHorizontalFlip(0.0)"}
