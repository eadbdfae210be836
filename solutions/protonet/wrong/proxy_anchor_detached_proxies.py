"""The proxies are detached and never learn.
They are parameters like any other."""

LOSES = {"2.3"}


class ProxyAnchorLoss(ProxyAnchorLoss):
    def forward(self, embeddings, labels):
        similarity = F.normalize(embeddings) @ F.normalize(self.proxies.detach()).T
        positive = F.one_hot(labels, len(self.proxies)).bool()
        pull = (-self.alpha * (similarity - self.margin)).masked_fill(~positive, -torch.inf)
        push = (self.alpha * (similarity + self.margin)).masked_fill(positive, -torch.inf)
        one = torch.zeros_like(similarity[:1])
        pull, push = torch.cat([one, pull]).logsumexp(dim=0), torch.cat([one, push]).logsumexp(dim=0)
        return pull[positive.any(dim=0)].mean() + push.mean()
