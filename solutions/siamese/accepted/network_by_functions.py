"""Functions for what has no weights; a list as the result; pooling before ReLU."""


class SiameseNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(1, 96, kernel_size=5, stride=2), nn.BatchNorm2d(96)
        self.conv2, self.bn2 = nn.Conv2d(96, 64, kernel_size=3, stride=2), nn.BatchNorm2d(64)
        self.fc = nn.ModuleList(nn.Linear(a, b) for a, b in ((3136, 256), (256, 128), (128, 32), (32, 2)))

    def forward_each(self, x):
        x = F.relu(F.max_pool2d(self.bn1(self.conv1(x)), 3, 2))
        x = F.relu(F.max_pool2d(self.bn2(self.conv2(x)), 2, 2)).view(len(x), -1)
        for layer in self.fc[:-1]:
            x = F.relu(layer(x))
        return self.fc[-1](x)

    def forward(self, input1, input2):
        return [self.forward_each(input1), self.forward_each(input2)]


# The same weights under the names that this network has.
names = list(SiameseNetwork().state_dict())
state = torch.load("siamese.pth", weights_only=True)
torch.save(dict(zip(names, state.values(), strict=True)), "siamese.pth")
