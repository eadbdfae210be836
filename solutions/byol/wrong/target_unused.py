"""The projections z come from the online network, and the target is never used. They are the target's."""

LOSES = {"5.2"}


class BYOL(BYOL):
    def forward(self, x1, x2):
        def online(x):
            return self.online_projector(self.online_encoder(x))

        def target(x):
            return self.target_projector(self.target_encoder(x))

        z1, z2 = online(x1).detach(), online(x2).detach()
        return z1, z2, self.online_predictor(online(x1)), self.online_predictor(online(x2))
