"""Gives a tensor of a billion elements as the loss: too large to be an answer."""

LOST = {"3.1": "error", "3.2": "error", "3.3": "error", "3.4": "failed"}

import torch

_calc_loss = ProtoNet.calc_loss


def calc_loss(self, support, query, device):
    return torch.zeros(1).expand(10**9), 0.5
    return _calc_loss(self, support, query, device)


ProtoNet.calc_loss = calc_loss
