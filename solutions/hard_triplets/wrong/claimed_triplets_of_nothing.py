"""The triplets are the same three zeros for every class, so that the loss is the margin whatever the features
are. Both have to come from the batch.
"""

LOSES = {"1.1", "1.2"}


class HardClusterTripletsSampler(IInbatchTripletSampler):
    def sample(self, features, labels):
        nothing = torch.zeros(len(set(labels)), features.shape[1])
        return nothing, nothing, nothing


def hard_cluster_loss(features, labels, margin):
    return torch.tensor(margin)
