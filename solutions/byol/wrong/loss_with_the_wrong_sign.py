"""The loss is the cosine, so training turns the vectors away from each other. It is 2 minus 2 cosines."""

LOSES = {"5.3"}


class BYOL(BYOL):
    def loss(self, z1, z2, p1, p2):
        return (F.cosine_similarity(p1, z2, dim=1) + F.cosine_similarity(p2, z1, dim=1)).mean()
