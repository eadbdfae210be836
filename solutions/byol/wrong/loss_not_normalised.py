"""The loss is the squared distance of the vectors as they are. Normalise them first: only directions
count."""

LOSES = {"5.3"}


class BYOL(BYOL):
    def loss(self, z1, z2, p1, p2):
        return F.mse_loss(p1, z2) + F.mse_loss(p2, z1)
