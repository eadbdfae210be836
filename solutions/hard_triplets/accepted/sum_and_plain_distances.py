"""The hard-cluster loss summed, the hierarchical one with plain distances."""

AXES = {"reduction": "sum", "distance": "plain"}


def hard_cluster_loss(features, labels, margin):
    mean, farthest, nearest = HardClusterTripletsSampler().sample(features, convert_labels2list(labels))
    d_intra = torch.linalg.vector_norm(mean - farthest, dim=1) ** 2
    d_inter = torch.linalg.vector_norm(mean - nearest, dim=1) ** 2
    return F.relu(d_intra - d_inter + margin).sum()


class HierarchicalTripletMarginLossWithSampler(HierarchicalTripletMarginLossWithSampler):
    def forward(self, features, labels):
        a, p, n = self.sampler_inbatch.sample_ids(features, labels)
        to_positive = F.pairwise_distance(features[a], features[p])
        to_negative = F.pairwise_distance(features[a], features[n])
        return F.relu(to_positive - to_negative + self.margins(features, labels, a, n)).mean()
