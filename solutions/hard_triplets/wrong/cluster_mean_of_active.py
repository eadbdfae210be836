"""The mean is over the classes that violate their margin. It is over all classes of the batch."""

LOSES = {"1.2"}


def hard_cluster_loss(features, labels, margin):
    mean, farthest, nearest = HardClusterTripletsSampler().sample(features, convert_labels2list(labels))
    d_intra = (mean - farthest).square().sum(dim=1)
    d_inter = (mean - nearest).square().sum(dim=1)
    hinge = torch.relu(d_intra - d_inter + margin)
    return hinge.sum() / (hinge > 0).sum().clamp(min=1)
