"""The linear layers are made first, so they stand first in the checkpoint; names of its own."""

from itertools import pairwise


class SiameseNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        sizes = (3136, 256, 128, 32, 2)
        self.fc = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.bn = nn.ModuleList(nn.BatchNorm2d(maps) for maps in (64, 96))
        self.conv = nn.ModuleList((nn.Conv2d(96, 64, 3, 2), nn.Conv2d(1, 96, 5, 2)))

    def forward_each(self, x):
        x = F.max_pool2d(self.bn[1](self.conv[1](x)).relu(), 3, 2)
        x = F.max_pool2d(self.bn[0](self.conv[0](x)).relu(), 2).flatten(1)
        for number, layer in enumerate(self.fc):
            x = layer(x if number == 0 else F.relu(x))
        return x

    def forward(self, input1, input2):
        return self.forward_each(input1), self.forward_each(input2)


# The same weights under the names and in the order that this network has.
old = torch.load("siamese.pth", weights_only=True)
prefixes = {"cnn.0": "conv.1", "cnn.1": "bn.1", "cnn.4": "conv.0", "cnn.5": "bn.0"}
prefixes |= {f"head.{2 * number}": f"fc.{number}" for number in range(4)}
renamed = {
    prefixes[name.rpartition(".")[0]] + "." + name.rpartition(".")[2]: value for name, value in old.items()
}
torch.save({name: renamed[name] for name in SiameseNetwork().state_dict()}, "siamese.pth")
