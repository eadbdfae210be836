"""Raises KeyboardInterrupt in the loss, as if somebody had stopped the grader."""

LOST = {"3.1": "error", "3.2": "error", "3.3": "error", "3.4": "error"}

_calc_loss = ProtoNet.calc_loss


def calc_loss(self, support, query, device):
    raise KeyboardInterrupt
    return _calc_loss(self, support, query, device)


ProtoNet.calc_loss = calc_loss
