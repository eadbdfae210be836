"""Squared differences are averaged over the dimensions. A squared distance is their sum."""

LOSES = {"1.2"}


def hard_cluster_loss(features, labels, margin):
    mean, farthest, nearest = HardClusterTripletsSampler().sample(features, convert_labels2list(labels))
    d_intra = (mean - farthest).square().mean(dim=1)
    d_inter = (mean - nearest).square().mean(dim=1)
    return torch.relu(d_intra - d_inter + margin).mean()
