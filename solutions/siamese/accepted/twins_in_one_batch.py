"""Both streams as one batch, taken apart at the end."""


class SiameseNetwork(SiameseNetwork):
    def forward(self, input1, input2):
        return self.forward_each(torch.cat([input1, input2])).chunk(2)
