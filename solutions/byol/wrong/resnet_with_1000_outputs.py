"""The network has ImageNet's 1,000 outputs. It needs one for each of `num_classes`."""

LOSES = {"2.4"}
CHANGES = {"models.resnet18(weights=None, num_classes=num_classes)": "models.resnet18(weights=None)"}
