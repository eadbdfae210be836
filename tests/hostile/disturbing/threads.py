"""Sets two threads and computes with them; forks of such a process hang where nothing is done about it."""

import torch

torch.set_num_threads(2)
product = torch.rand(600, 600) @ torch.rand(600, 600)
