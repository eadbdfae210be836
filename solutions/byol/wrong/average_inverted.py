"""The target takes tau of the online network and keeps 1 - tau of itself. It is the other way round."""

LOSES = {"5.4"}
CHANGES = {
    "old.mul_(self.tau).add_(new, alpha=1 - self.tau)": "old.mul_(1 - self.tau).add_(new, alpha=self.tau)"
}
