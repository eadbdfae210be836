"""The target's projections pass through the online predictor. It belongs to the online network alone."""

LOSES = {"5.2"}
CHANGES = {
    "        return z1, z2, p1, p2\n": (
        "        z1, z2 = self.online_predictor(z1).detach(), self.online_predictor(z2).detach()\n"
        "        return z1, z2, p1, p2\n"
    ),
}
