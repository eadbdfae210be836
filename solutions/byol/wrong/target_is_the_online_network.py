"""The target is the same object as the online network, so there is only one. Make a deep copy."""

LOSES = {"5.1"}


class BYOL(BYOL):
    def __init__(self, model, input_size=1000, hidden_size=1024, projection_size=256, tau=0.99):
        super().__init__(model, input_size, hidden_size, projection_size, tau)
        self.target_encoder = self.online_encoder
        self.target_projector = self.online_projector
