"""The distances are cosines. Take squared Euclidean distances, as the margins are in their unit: they do not
ask for features of length one."""

LOSES = {"2.4"}
CHANGES = {
    "to_positive = self.distance(features[anchors], features[positives])": (
        "to_positive = 1 - F.cosine_similarity(features[anchors], features[positives])"
    ),
    "to_negative = self.distance(features[anchors], features[negatives])": (
        "to_negative = 1 - F.cosine_similarity(features[anchors], features[negatives])"
    ),
}
