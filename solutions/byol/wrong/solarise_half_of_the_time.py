"""t' solarises every other view. It does in one view in five."""

LOSES = {"3.2"}
CHANGES = {"RandomSolarize(128, solarise)": "RandomSolarize(128, 2.5 * solarise)"}
