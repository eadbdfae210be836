"""Solarisation turns everything above 0.5 of 255, that is, everything. On a PIL image half of the range
is 128."""

LOSES = {"3.2"}
CHANGES = {"RandomSolarize(128, solarise)": "RandomSolarize(0.5, solarise)"}
