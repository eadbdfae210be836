"""The loss is made a new tensor and has no gradient. Keep it in the graph."""

LOSES = {"1.2"}


def hard_cluster_loss(features, labels, margin):
    mean, farthest, nearest = HardClusterTripletsSampler().sample(features, convert_labels2list(labels))
    d_intra = (mean - farthest).square().sum(dim=1)
    d_inter = (mean - nearest).square().sum(dim=1)
    return torch.tensor(torch.relu(d_intra - d_inter + margin).mean().item(), requires_grad=True)
