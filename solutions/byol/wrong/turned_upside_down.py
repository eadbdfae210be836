"""Half of the views are upside down. Pictures are mirrored left to right alone."""

LOSES = {"3.1", "3.2"}
CHANGES = {
    "            transforms.RandomHorizontalFlip(0.5),\n": (
        "            transforms.RandomHorizontalFlip(0.5),\n            transforms.RandomVerticalFlip(0.5),\n"
    ),
}
