"""Solarisation turns what is above three quarters of the range. It turns what is above half of it."""

LOSES = {"3.2"}
CHANGES = {"RandomSolarize(128, solarise)": "RandomSolarize(192, solarise)"}
