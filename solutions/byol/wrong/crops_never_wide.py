"""No crop is wider than high. The ratio goes from 3/4 to 4/3."""

LOSES = {"3.1", "3.2"}
CHANGES = {"ratio=(3 / 4, 4 / 3)": "ratio=(3 / 4, 1)"}
