"""A frozen encoder learns all the same. Take its gradients away, and keep it in eval mode."""

LOSES = {"7.1"}


def with_head(encoder, num_features, num_classes=10, freeze=False):
    return nn.Sequential(copy.deepcopy(encoder), nn.Linear(num_features, num_classes))
