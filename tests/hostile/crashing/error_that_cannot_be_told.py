"""Raises errors whose class, text, traceback and type cannot be asked for."""

LOST = {"3.1": "error", "3.2": "error", "3.3": "error", "3.4": "error"}


class Odd(type):
    @property
    def __mro__(cls):
        raise SystemExit

    def __getattribute__(cls, name):
        raise SystemExit


class Untold(Exception, metaclass=Odd):
    def __getattribute__(self, name):
        raise SystemExit

    def __str__(self):
        raise SystemExit


def calc_loss(self, support, query, device):
    raise Untold


ProtoNet.calc_loss = calc_loss

raise Untold
