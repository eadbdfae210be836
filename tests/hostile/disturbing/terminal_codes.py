"""Puts escape sequences, a bell and a change of direction into errors and output: the instructor reads both."""

LOST = {"3.1": "error", "3.2": "error", "3.3": "error", "3.4": "error"}

CODES = "\x1b[2J\x1b]0;owned\x07\u202e\x9b31m"
print(CODES)


def calc_loss(self, support, query, device):
    raise ValueError(CODES)


ProtoNet.calc_loss = calc_loss

raise ValueError(CODES)
