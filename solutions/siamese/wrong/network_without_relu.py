"""No ReLU between the linear layers: all four together are one linear map."""

LOSES = {"4"}


class SiameseNetwork(SiameseNetwork):
    def forward_each(self, x):
        x = self.cnn(x)
        for layer in self.head:
            if isinstance(layer, nn.Linear):
                x = layer(x)
        return x
