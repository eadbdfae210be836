"""Reads address zero through ctypes."""

import ctypes

ctypes.string_at(0)
