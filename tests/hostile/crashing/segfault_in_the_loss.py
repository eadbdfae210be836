"""The same inside the loss."""

LOST = {"3.1": "error", "3.2": "error", "3.3": "error", "3.4": "error"}

import ctypes

_calc_loss = ProtoNet.calc_loss


def calc_loss(self, support, query, device):
    ctypes.string_at(0)
    return _calc_loss(self, support, query, device)


ProtoNet.calc_loss = calc_loss
