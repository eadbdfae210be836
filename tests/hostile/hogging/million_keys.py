"""Returns a dictionary of a million keys for the loss."""

LOST = {"3.1": "error", "3.2": "error", "3.3": "error", "3.4": "failed"}

_calc_loss = ProtoNet.calc_loss


def calc_loss(self, support, query, device):
    return {number: number for number in range(10**6)}, 0.5
    return _calc_loss(self, support, query, device)


ProtoNet.calc_loss = calc_loss
