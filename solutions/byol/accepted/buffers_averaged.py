"""The target's running statistics are averaged with its parameters."""


class BYOL(BYOL):
    @torch.no_grad()
    def update_target(self):
        for side in ("encoder", "projector"):
            online, target = getattr(self, f"online_{side}"), getattr(self, f"target_{side}")
            for new, old in zip(online.state_dict().values(), target.state_dict().values(), strict=True):
                if old.is_floating_point():
                    old.lerp_(new, 1 - self.tau)
