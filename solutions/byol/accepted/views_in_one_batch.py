"""Both views pass each network as one batch."""

CHANGES = {
    (
        "            z1 = self.target_projector(self.target_encoder(x1))\n"
        "            z2 = self.target_projector(self.target_encoder(x2))\n"
    ): ("            z1, z2 = self.target_projector(self.target_encoder(torch.cat([x1, x2]))).chunk(2)\n"),
    (
        "        p1 = self.online_predictor(self.online_projector(self.online_encoder(x1)))\n"
        "        p2 = self.online_predictor(self.online_projector(self.online_encoder(x2)))\n"
    ): (
        "        both = torch.cat([x1, x2])\n"
        "        p1, p2 = "
        "self.online_predictor(self.online_projector(self.online_encoder(both))).chunk(2)\n"
    ),
}
