"""Ends the process inside the loss: the tasks that ask for it are lost, and no other."""

LOST = {"3.1": "error", "3.2": "error", "3.3": "error", "3.4": "error"}

import os

_calc_loss = ProtoNet.calc_loss


def calc_loss(self, support, query, device):
    os._exit(0)
    return _calc_loss(self, support, query, device)


ProtoNet.calc_loss = calc_loss
