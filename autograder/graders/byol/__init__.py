"""Graders of the BYOL lab, a module a part. Trusted side."""
