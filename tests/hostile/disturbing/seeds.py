"""Seeds all generators in every call of the loss."""

import random

import numpy as np
import torch

_calc_loss = ProtoNet.calc_loss


def calc_loss(self, support, query, device):
    torch.manual_seed(1)
    random.seed(1)
    np.random.seed(1)
    return _calc_loss(self, support, query, device)


ProtoNet.calc_loss = calc_loss
