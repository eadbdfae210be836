"""The similarity is a scalar product of vectors of any length.
Make embeddings and proxies unit vectors first: s is a cosine."""

LOSES = {"2.3"}


class ProxyAnchorLoss(ProxyAnchorLoss):
    def forward(self, embeddings, labels):
        similarity = embeddings @ self.proxies.T
        positive = F.one_hot(labels, len(self.proxies)).bool()
        pull = (-self.alpha * (similarity - self.margin)).masked_fill(~positive, -torch.inf)
        push = (self.alpha * (similarity + self.margin)).masked_fill(positive, -torch.inf)
        one = torch.zeros_like(similarity[:1])
        pull, push = torch.cat([one, pull]).logsumexp(dim=0), torch.cat([one, push]).logsumexp(dim=0)
        return pull[positive.any(dim=0)].mean() + push.mean()
