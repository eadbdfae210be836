"""The block takes its padding as a fifth argument; the network reaches into it for the initial weights."""


class _BNReluConv(nn.Sequential):
    def __init__(self, num_maps_in, num_maps_out, k=3, bias=True, padding=0):
        super().__init__()
        self.add_module("0", nn.BatchNorm2d(num_maps_in))
        self.add_module("1", nn.ReLU())
        self.add_module("2", nn.Conv2d(num_maps_in, num_maps_out, k, padding=padding, bias=bias))


class SimpleMetricEmbedding(SimpleMetricEmbedding):
    def __init__(self, input_channels, emb_size=32):
        super().__init__(input_channels, emb_size)
        self.block1 = _BNReluConv(input_channels, emb_size, 3, True, 1)
        self.block2 = _BNReluConv(emb_size, emb_size, 3, True, 1)
        self.block3 = _BNReluConv(emb_size, emb_size, 3, True, 1)
        for block in (self.block1, self.block2, self.block3):
            nn.init.kaiming_normal_(block[2].weight)
