"""The average is worked out and given to a name; the target never moves. Change its weights in place."""

LOSES = {"5.4"}
CHANGES = {"old.mul_(self.tau).add_(new, alpha=1 - self.tau)": "old = self.tau * old + (1 - self.tau) * new"}
