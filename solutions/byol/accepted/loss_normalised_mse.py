"""The mean squared error of normalised vectors: smaller by a factor, the length of the vectors."""


class BYOL(BYOL):
    def loss(self, z1, z2, p1, p2):
        p1, p2, z1, z2 = (F.normalize(v, dim=1) for v in (p1, p2, z1.detach(), z2.detach()))
        return F.mse_loss(p1, z2) + F.mse_loss(p2, z1)
