"""Takes memory in small pieces, and keeps it."""

import torch

pieces = []
while True:
    pieces.append(torch.ones(1 << 22))
