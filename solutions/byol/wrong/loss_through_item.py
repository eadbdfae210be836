"""The loss is a plain number, so there is no gradient. Keep it a tensor."""

LOSES = {"5.3"}


class BYOL(BYOL):
    def loss(self, z1, z2, p1, p2):
        return (
            (4 - 2 * (F.cosine_similarity(p1, z2, dim=1) + F.cosine_similarity(p2, z1, dim=1))).mean().item()
        )
