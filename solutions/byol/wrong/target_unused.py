"""The projections z come from the online network, and the target is never used. They are the target's."""

LOSES = {"5.2"}
CHANGES = {
    ("z1 = self.target_projector(self.target_encoder(x1))"): (
        "z1 = self.online_projector(self.online_encoder(x1))"
    ),
    ("z2 = self.target_projector(self.target_encoder(x2))"): (
        "z2 = self.online_projector(self.online_encoder(x2))"
    ),
}
