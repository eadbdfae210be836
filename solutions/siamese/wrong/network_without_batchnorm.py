"""The batch normalisations are left out of the way."""

LOSES = {"4"}


class SiameseNetwork(SiameseNetwork):
    def forward_each(self, x):
        for layer in self.cnn:
            if not isinstance(layer, nn.BatchNorm2d):
                x = layer(x)
        return self.head(x)
