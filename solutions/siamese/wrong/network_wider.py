"""The last layer has 32 outputs, the table says 2."""

LOSES = {"4"}


class SiameseNetwork(SiameseNetwork):
    def __init__(self):
        super().__init__()
        self.head[6] = nn.Linear(32, 32)


state = torch.load("siamese.pth", weights_only=True)
state["head.6.weight"] = torch.cat([state["head.6.weight"], torch.zeros(30, 32)])
state["head.6.bias"] = torch.cat([state["head.6.bias"], torch.zeros(30)])
torch.save(state, "siamese.pth")
