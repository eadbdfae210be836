"""The hierarchical loss with plain distances."""

AXES = {"distance": "plain"}
CHANGES = {
    "self.distance(features[anchors], features[positives])": (
        "(features[anchors] - features[positives]).norm(dim=1)"
    ),
    "self.distance(features[anchors], features[negatives])": (
        "(features[anchors] - features[negatives]).norm(dim=1)"
    ),
}
