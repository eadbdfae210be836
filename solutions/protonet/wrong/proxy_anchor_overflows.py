"""The exponentials are taken as they stand and overflow where alpha is large.
log(1 + sum of exp) is a `torch.logsumexp` with one more zero in it."""

LOSES = {"2.3"}


class ProxyAnchorLoss(ProxyAnchorLoss):
    def forward(self, embeddings, labels):
        similarity = F.normalize(embeddings) @ F.normalize(self.proxies).T
        positive = F.one_hot(labels, len(self.proxies)).bool()
        pull = torch.exp(-self.alpha * (similarity - self.margin)) * positive
        push = torch.exp(self.alpha * (similarity + self.margin)) * ~positive
        pull, push = torch.log(1 + pull.sum(dim=0)), torch.log(1 + push.sum(dim=0))
        return pull[positive.any(dim=0)].mean() + push.mean()
