"""A frozen encoder that runs without a graph, as a module of its own; deviation by NumPy."""


class Frozen(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = copy.deepcopy(encoder).eval().requires_grad_(False)

    def train(self, mode=True):
        return self

    @torch.no_grad()
    def forward(self, images):
        return self.encoder(images)


def with_head(encoder, num_features, num_classes=10, freeze=False):
    body = Frozen(encoder) if freeze else copy.deepcopy(encoder)
    return nn.Sequential(body, nn.Linear(num_features, num_classes))


def projection_deviation(z):
    z = z.detach().numpy()
    return float((z / (z**2).sum(1, keepdims=True) ** 0.5).std(0).mean())
