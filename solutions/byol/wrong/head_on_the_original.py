"""The classifier trains the encoder that it was given. Work on a copy, so that others can start from the
same."""

LOSES = {"7.1"}


def with_head(encoder, num_features, num_classes=10, freeze=False):
    model = Classifier(encoder, num_features, num_classes, freeze)
    model.encoder = encoder.requires_grad_(not freeze)
    return model
