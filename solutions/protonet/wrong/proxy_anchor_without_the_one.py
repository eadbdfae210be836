"""The 1 inside the logarithm is missing, so samples that are good enough already are still pulled.
log(1 + x) is never negative."""

LOSES = {"2.3"}


class ProxyAnchorLoss(ProxyAnchorLoss):
    def forward(self, embeddings, labels):
        similarity = F.normalize(embeddings) @ F.normalize(self.proxies).T
        positive = F.one_hot(labels, len(self.proxies)).bool()
        pull = (-self.alpha * (similarity - self.margin)).masked_fill(~positive, -torch.inf)
        push = (self.alpha * (similarity + self.margin)).masked_fill(positive, -torch.inf)
        pull, push = pull.logsumexp(dim=0), push.logsumexp(dim=0)
        return pull[positive.any(dim=0)].mean() + push.mean()
