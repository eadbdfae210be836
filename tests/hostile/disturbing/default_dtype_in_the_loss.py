"""Changes the default dtype in every call of the loss."""

import torch

_calc_loss = ProtoNet.calc_loss


def calc_loss(self, support, query, device):
    torch.set_default_dtype(torch.float16)
    return _calc_loss(self, support, query, device)


ProtoNet.calc_loss = calc_loss
