"""Gradients flow into the target: it is neither frozen nor computed without gradient."""

LOSES = {"5.1", "5.2"}


class BYOL(BYOL):
    def __init__(self, model, input_size=1000, hidden_size=1024, projection_size=256, tau=0.99):
        super().__init__(model, input_size, hidden_size, projection_size, tau)
        self.target_encoder.requires_grad_(True)
        self.target_projector.requires_grad_(True)

    def forward(self, x1, x2):
        z1, z2 = (self.target_projector(self.target_encoder(x)) for x in (x1, x2))
        p1, p2 = (self.online_predictor(self.online_projector(self.online_encoder(x))) for x in (x1, x2))
        return z1, z2, p1, p2
