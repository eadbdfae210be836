"""Graders of the metric embedding lab, a module a part of the lab. Trusted side.

Normalisation, padding and a last pooling are free in this lab, so there is no one expected answer: the
graders ask whether what was observed is what *some* permitted network makes of the case. Weights are taken
out of the handed-in files as numbers, and a network of ours, of the shape that they fit, is measured with
them.
"""
