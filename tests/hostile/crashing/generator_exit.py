"""Raises GeneratorExit, which loops over generators swallow."""

LOST = {"3.1": "error", "3.2": "error", "3.3": "error", "3.4": "error"}

_calc_loss = ProtoNet.calc_loss


def calc_loss(self, support, query, device):
    raise GeneratorExit
    return _calc_loss(self, support, query, device)


ProtoNet.calc_loss = calc_loss
