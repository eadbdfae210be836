"""Squared differences are summed over the classes and not over the dimensions: the wrong axis."""

LOSES = {"1.2"}


def hard_cluster_loss(features, labels, margin):
    mean, farthest, nearest = HardClusterTripletsSampler().sample(features, convert_labels2list(labels))
    d_intra = (mean - farthest).square().sum(dim=0)
    d_inter = (mean - nearest).square().sum(dim=0)
    return torch.relu(d_intra - d_inter + margin).mean()
