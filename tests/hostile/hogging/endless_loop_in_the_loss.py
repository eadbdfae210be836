"""Loops for ever in the loss: its tasks are lost, and no other."""

LOST = {"3.1": "timeout", "3.2": "timeout", "3.3": "timeout", "3.4": "timeout"}

_calc_loss = ProtoNet.calc_loss


def calc_loss(self, support, query, device):
    while True:
        pass
    return _calc_loss(self, support, query, device)


ProtoNet.calc_loss = calc_loss
