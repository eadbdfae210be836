"""The hard-cluster loss summed, the hierarchical one with plain distances."""

AXES = {"reduction": "sum", "distance": "plain"}
CHANGES = {
    "F.relu(d_intra - d_inter + margin).mean()": "F.relu(d_intra - d_inter + margin).sum()",
    "self.distance(features[anchors], features[positives])": (
        "(features[anchors] - features[positives]).norm(dim=1)"
    ),
    "self.distance(features[anchors], features[negatives])": (
        "(features[anchors] - features[negatives]).norm(dim=1)"
    ),
}
