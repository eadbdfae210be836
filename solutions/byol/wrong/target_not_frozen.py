"""The target's weights take gradients. Freeze them with requires_grad_(False)."""

LOSES = {"5.1"}


class BYOL(BYOL):
    def __init__(self, model, input_size=1000, hidden_size=1024, projection_size=256, tau=0.99):
        super().__init__(model, input_size, hidden_size, projection_size, tau)
        self.target_encoder.requires_grad_(True)
        self.target_projector.requires_grad_(True)
