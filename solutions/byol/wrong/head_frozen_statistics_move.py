"""The frozen encoder's batch normalisation goes on learning its statistics in train mode. Keep the
encoder in eval mode."""

LOSES = {"7.1"}


def with_head(encoder, num_features, num_classes=10, freeze=False):
    body = copy.deepcopy(encoder).requires_grad_(not freeze)
    return nn.Sequential(body, nn.Linear(num_features, num_classes))
