"""z1 is of the second view and z2 of the first, so that the loss compares a view with itself."""

LOSES = {"5.2"}


class BYOL(BYOL):
    def forward(self, x1, x2):
        def online(x):
            return self.online_projector(self.online_encoder(x))

        def target(x):
            return self.target_projector(self.target_encoder(x))

        with torch.no_grad():
            z1, z2 = target(x2), target(x1)
        return z1, z2, self.online_predictor(online(x1)), self.online_predictor(online(x2))
