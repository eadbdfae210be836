"""The same inside the loss."""

LOST = {"3.1": "error", "3.2": "error", "3.3": "error", "3.4": "error"}


class Silent(Exception):
    def __str__(self):
        raise Silent

    __repr__ = __str__


_calc_loss = ProtoNet.calc_loss


def calc_loss(self, support, query, device):
    raise Silent
    return _calc_loss(self, support, query, device)


ProtoNet.calc_loss = calc_loss
