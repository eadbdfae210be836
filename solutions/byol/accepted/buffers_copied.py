"""The target's running statistics are copied from the online network."""


class BYOL(BYOL):
    @torch.no_grad()
    def update_target(self):
        super().update_target()
        for side in ("encoder", "projector"):
            online, target = getattr(self, f"online_{side}"), getattr(self, f"target_{side}")
            for new, old in zip(online.buffers(), target.buffers(), strict=True):
                old.copy_(new)
