"""torch's triplet_margin_loss with the mean of the margins: it runs, but each triplet has its own margin."""

LOSES = {"2.4"}


class HierarchicalTripletMarginLossWithSampler(HierarchicalTripletMarginLossWithSampler):
    def forward(self, features, labels):
        a, p, n = self.sampler_inbatch.sample_ids(features, labels)
        margins = self.margins(features, labels, a, n)
        return F.triplet_margin_loss(features[a], features[p], features[n], margin=margins.mean().item())
