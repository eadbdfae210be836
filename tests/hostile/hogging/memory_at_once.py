"""Asks for 50 GB at once."""

data = bytearray(50 << 30)
