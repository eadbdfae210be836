"""The hinges by torch's own functions: margin_ranking_loss and softmax-free where."""


class HierarchicalTripletMarginLossWithSampler(HierarchicalTripletMarginLossWithSampler):
    def forward(self, features, labels):
        a, p, n = self.sampler_inbatch.sample_ids(features, labels)
        with torch.no_grad():
            margins = self.margins(features, labels, a, n)
        to_positive = (features[a] - features[p]).pow(2).sum(-1)
        to_negative = (features[a] - features[n]).pow(2).sum(-1)
        return F.margin_ranking_loss(to_negative - margins, to_positive, torch.ones(len(a)), margin=0.0)


def hard_cluster_loss(features, labels, margin):
    anchors, positives, negatives = HardClusterTripletsSampler().sample(features, labels.tolist())

    def squared(x, y):
        return ((x - y) ** 2).sum(dim=1)

    return nn.TripletMarginWithDistanceLoss(distance_function=squared, margin=margin)(
        anchors, positives, negatives
    )
