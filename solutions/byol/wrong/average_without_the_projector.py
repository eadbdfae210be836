"""Only the encoder of the target moves. The projector follows, too."""

LOSES = {"5.4"}


class BYOL(BYOL):
    @torch.no_grad()
    def update_target(self):
        pairs = ((self.online_encoder, self.target_encoder), (self.online_projector, self.target_projector))
        for online, target in pairs[:1]:
            for new, old in zip(online.parameters(), target.parameters(), strict=True):
                old.mul_(self.tau).add_(new, alpha=1 - self.tau)
