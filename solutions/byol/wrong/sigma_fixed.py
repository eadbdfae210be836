"""The blur's sigma is always 1. It is drawn from 0.1 to 2.0 for each view."""

LOSES = {"3.1"}
CHANGES = {"(0.1, 2.0))], blur": "(1.0, 1.0))], blur"}
