"""`forward` moves the target itself, so that it moves whenever somebody only looks at the network, and
`fit_byol` does not. The target moves after a step of the optimizer, in the training loop.
"""

LOSES = {"5.2"}
CHANGES = {
    "        with torch.no_grad():\n            z1 = self.target_projector(self.target_encoder(x1))\n": (
        "        self.update_target()\n"
        "        with torch.no_grad():\n            z1 = self.target_projector(self.target_encoder(x1))\n"
    ),
    "                model.update_target()\n": "",
}
