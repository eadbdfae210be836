"""The first term is a mean over all proxies, also those without a sample in the batch.
The paper divides it by the number of proxies that have positives."""

LOSES = {"2.3"}


class ProxyAnchorLoss(ProxyAnchorLoss):
    def forward(self, embeddings, labels):
        similarity = F.normalize(embeddings) @ F.normalize(self.proxies).T
        positive = F.one_hot(labels, len(self.proxies)).bool()
        pull = (-self.alpha * (similarity - self.margin)).masked_fill(~positive, -torch.inf)
        push = (self.alpha * (similarity + self.margin)).masked_fill(positive, -torch.inf)
        one = torch.zeros_like(similarity[:1])
        pull, push = torch.cat([one, pull]).logsumexp(dim=0), torch.cat([one, push]).logsumexp(dim=0)
        return pull.mean() + push.mean()
