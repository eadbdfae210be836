"""The second stream has weights of its own.
Twins are one network, called twice."""

LOSES = {"4"}


class SiameseNetwork(SiameseNetwork):
    def __init__(self):
        super().__init__()
        import copy

        self.other = copy.deepcopy(self.head)
        for layer in self.other:
            if isinstance(layer, nn.Linear):
                layer.reset_parameters()

    def forward(self, input1, input2):
        return self.forward_each(input1), self.other(self.cnn(input2))
