"""The colour jitter always acts. Put it into RandomApply with probability 0.8."""

LOSES = {"3.1", "3.2"}
CHANGES = {
    "transforms.RandomApply([transforms.ColorJitter(0.4, 0.4, 0.2, 0.1)], 0.8)": (
        "transforms.ColorJitter(0.4, 0.4, 0.2, 0.1)"
    ),
}
