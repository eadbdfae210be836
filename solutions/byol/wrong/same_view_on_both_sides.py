"""Both sides see the first view. The second is needed, too."""

LOSES = {"5.2"}
CHANGES = {
    ("z2 = self.target_projector(self.target_encoder(x2))"): (
        "z2 = self.target_projector(self.target_encoder(x1))"
    ),
    ("p2 = self.online_predictor(self.online_projector(self.online_encoder(x2)))"): "p2 = p1",
}
