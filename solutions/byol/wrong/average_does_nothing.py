"""The target does not move, since the result is written nowhere. Change the parameters in place."""

LOSES = {"5.4"}


class BYOL(BYOL):
    @torch.no_grad()
    def update_target(self):
        pairs = ((self.online_encoder, self.target_encoder), (self.online_projector, self.target_projector))
        for online, target in pairs:
            for new, old in zip(online.parameters(), target.parameters(), strict=True):
                old = self.tau * old + (1 - self.tau) * new
