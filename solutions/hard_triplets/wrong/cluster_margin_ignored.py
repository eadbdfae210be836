"""The margin is left out. Without it a class may touch its neighbour."""

LOSES = {"1.2"}


def hard_cluster_loss(features, labels, margin):
    mean, farthest, nearest = HardClusterTripletsSampler().sample(features, convert_labels2list(labels))
    d_intra = (mean - farthest).square().sum(dim=1)
    d_inter = (mean - nearest).square().sum(dim=1)
    return torch.relu(d_intra - d_inter).mean()
