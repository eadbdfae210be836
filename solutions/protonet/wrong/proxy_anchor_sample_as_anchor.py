"""The sums run over the proxies of each sample, so the samples are the anchors.
In Proxy-Anchor each proxy is an anchor and sums over the samples of the batch."""

LOSES = {"2.3"}


class ProxyAnchorLoss(ProxyAnchorLoss):
    def forward(self, embeddings, labels):
        similarity = F.normalize(embeddings) @ F.normalize(self.proxies).T
        positive = F.one_hot(labels, len(self.proxies)).bool()
        pull = (-self.alpha * (similarity - self.margin)).masked_fill(~positive, -torch.inf)
        push = (self.alpha * (similarity + self.margin)).masked_fill(positive, -torch.inf)
        one = torch.zeros_like(similarity[:, :1])
        pull, push = torch.cat([one, pull], 1).logsumexp(dim=1), torch.cat([one, push], 1).logsumexp(dim=1)
        return pull.mean() + push.mean()
