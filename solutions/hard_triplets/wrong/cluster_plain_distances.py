"""The distances are plain. The loss takes their squares."""

LOSES = {"1.2"}


def hard_cluster_loss(features, labels, margin):
    mean, farthest, nearest = HardClusterTripletsSampler().sample(features, convert_labels2list(labels))
    return F.triplet_margin_loss(mean, farthest, nearest, margin=margin)
