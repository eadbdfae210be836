"""Leaves with sys.exit in a cell. It costs that statement; all that is defined still counts."""

import sys

sys.exit(0)
