"""Distances are subtracted first and squared then. Each distance is squared by itself."""

LOSES = {"1.2"}


def hard_cluster_loss(features, labels, margin):
    mean, farthest, nearest = HardClusterTripletsSampler().sample(features, convert_labels2list(labels))
    d_intra = (mean - farthest).norm(dim=1)
    d_inter = (mean - nearest).norm(dim=1)
    return torch.relu((d_intra - d_inter) ** 2 + margin).mean()
