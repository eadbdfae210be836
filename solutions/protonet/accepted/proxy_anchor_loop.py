"""Proxy by proxy, with softplus of a log-sum-exp."""


class ProxyAnchorLoss(ProxyAnchorLoss):
    def forward(self, embeddings, labels):
        pulls, pushes = [], []
        for label, proxy in enumerate(self.proxies):
            s = F.cosine_similarity(embeddings, proxy[None])
            own, others = s[labels == label], s[labels != label]
            if len(own):
                pulls.append(F.softplus((-self.alpha * (own - self.margin)).logsumexp(0)))
            if len(others):
                pushes.append(F.softplus((self.alpha * (others + self.margin)).logsumexp(0)))
        return torch.stack(pulls).mean() + torch.stack(pushes).sum() / len(self.proxies)
