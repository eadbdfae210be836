"""Asks for deterministic algorithms only, and for anomaly detection."""

import torch

torch.use_deterministic_algorithms(True)
torch.autograd.set_detect_anomaly(True)
