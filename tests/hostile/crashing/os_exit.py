"""Ends the process at once in a cell. The box starts again without that statement."""

import os

os._exit(0)
