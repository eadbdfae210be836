"""The MLP has no ReLU, so it is linear. It stands between the two linear layers."""

LOSES = {"5.1"}


class MLP(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(input_size, hidden_size),
            nn.BatchNorm1d(hidden_size),
            nn.Linear(hidden_size, output_size),
        )

    def forward(self, x):
        return self.layers(x)
