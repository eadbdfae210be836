"""Aborts in a cell."""

import os

os.abort()
