"""Graders of the Siamese lab, a module a part. Trusted side."""
