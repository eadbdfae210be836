"""Makes float64 the default. Probes begin with the usual one."""

import torch

torch.set_default_dtype(torch.float64)
