"""The target's running statistics are copied from the online network."""


class BYOL(BYOL):
    def update_target(self):
        super().update_target()
        pairs = ((self.online_encoder, self.target_encoder), (self.online_projector, self.target_projector))
        for online, target in pairs:
            for new, old in zip(online.buffers(), target.buffers(), strict=True):
                old.copy_(new)
