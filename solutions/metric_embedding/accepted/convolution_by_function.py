"""The convolution is a function of torch, its kernel a parameter of the block."""


class _BNReluConv(nn.Module):
    def __init__(self, num_maps_in, num_maps_out, k=3, bias=True):
        super().__init__()
        self.norm = nn.BatchNorm2d(num_maps_in)
        fresh = nn.Conv2d(num_maps_in, num_maps_out, k, bias=bias)
        self.weight, self.bias = fresh.weight, fresh.bias

    def forward(self, x):
        x = nn.functional.relu(self.norm(x))
        return nn.functional.conv2d(x, self.weight, self.bias, padding=self.weight.shape[-1] // 2)
