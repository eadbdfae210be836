"""Both sides see the first view. The second is needed, too."""

LOSES = {"5.2"}


class BYOL(BYOL):
    def forward(self, x1, x2):
        def online(x):
            return self.online_projector(self.online_encoder(x))

        def target(x):
            return self.target_projector(self.target_encoder(x))

        with torch.no_grad():
            z1, z2 = target(x1), target(x1)
        p = self.online_predictor(online(x1))
        return z1, z2, p, p
