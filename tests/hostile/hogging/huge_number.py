"""Gives a number of a hundred thousand digits."""

LOST = {"3.1": "error", "3.2": "error", "3.3": "error", "3.4": "error"}

_calc_loss = ProtoNet.calc_loss


def calc_loss(self, support, query, device):
    return 10**100_000, 10**100_000
    return _calc_loss(self, support, query, device)


ProtoNet.calc_loss = calc_loss
