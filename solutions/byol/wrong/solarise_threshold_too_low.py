"""Solarisation turns what is above 100. Half of the range is 128."""

LOSES = {"3.2"}
CHANGES = {"RandomSolarize(128, solarise)": "RandomSolarize(100, solarise)"}
