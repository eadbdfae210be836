"""Average pooling in the place of max pooling."""

LOSES = {"4"}
CHANGES = {
    "nn.MaxPool2d(3, stride=2)": "nn.AvgPool2d(3, stride=2)",
    "nn.MaxPool2d(2, stride=2)": "nn.AvgPool2d(2, stride=2)",
}
