"""Adds noise from the operating system, too small to matter."""

import os

_calc_loss = ProtoNet.calc_loss


def calc_loss(self, support, query, device):
    noise = int.from_bytes(os.urandom(2), "little") / 2**16
    query = query + 1e-9 * noise
    return _calc_loss(self, support, query, device)


ProtoNet.calc_loss = calc_loss
