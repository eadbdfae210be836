"""Recurses without end in the loss: a RecursionError, and nothing else."""

LOST = {"3.1": "error", "3.2": "error", "3.3": "error", "3.4": "error"}

_calc_loss = ProtoNet.calc_loss


def calc_loss(self, support, query, device):
    return self.calc_loss(support, query, device)
    return _calc_loss(self, support, query, device)


ProtoNet.calc_loss = calc_loss
