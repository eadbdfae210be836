"""The target takes tau of the online network and keeps 1 - tau of itself. It is the other way round."""

LOSES = {"5.4"}


class BYOL(BYOL):
    @torch.no_grad()
    def update_target(self):
        pairs = ((self.online_encoder, self.target_encoder), (self.online_projector, self.target_projector))
        for online, target in pairs:
            for new, old in zip(online.parameters(), target.parameters(), strict=True):
                old.mul_(1 - self.tau).add_(new, alpha=self.tau)
