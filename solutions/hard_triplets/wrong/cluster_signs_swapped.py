"""d_inter - d_intra: the loss pulls other classes near. It is d_intra - d_inter."""

LOSES = {"1.2"}


def hard_cluster_loss(features, labels, margin):
    mean, farthest, nearest = HardClusterTripletsSampler().sample(features, convert_labels2list(labels))
    d_intra = (mean - farthest).square().sum(dim=1)
    d_inter = (mean - nearest).square().sum(dim=1)
    return torch.relu(d_inter - d_intra + margin).mean()
