"""Patches the library that writes tensors."""

BASE = "stub"

import safetensors.numpy

safetensors.numpy.save = lambda tensors, **kwargs: b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "
