"""The MLP has no batch normalisation. It stands between the first linear layer and the second."""

LOSES = {"5.1"}


class MLP(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(input_size, hidden_size), nn.ReLU(), nn.Linear(hidden_size, output_size)
        )

    def forward(self, x):
        return self.layers(x)
