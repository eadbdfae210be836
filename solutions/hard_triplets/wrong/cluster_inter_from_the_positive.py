"""d_inter is measured from the farthest sample. Both distances start at the mean."""

LOSES = {"1.2"}


def hard_cluster_loss(features, labels, margin):
    mean, farthest, nearest = HardClusterTripletsSampler().sample(features, convert_labels2list(labels))
    d_intra = (mean - farthest).square().sum(dim=1)
    d_inter = (farthest - nearest).square().sum(dim=1)
    return torch.relu(d_intra - d_inter + margin).mean()
