"""The probabilities go into a cross-entropy, which applies its own log-softmax to them.
Give `F.cross_entropy` logits, or log-probabilities to `F.nll_loss`."""

LOSES = {"3.2"}


class ProtoNet(ProtoNet):
    def calc_loss(self, support_set_batch, query_set_batch, device):
        ways, shots = support_set_batch.shape[:2]
        queries = query_set_batch.shape[1]
        target = torch.arange(ways, device=device).repeat_interleave(queries)
        images = torch.cat([support_set_batch.flatten(0, 1), query_set_batch.flatten(0, 1)]).to(device)
        embeddings = self.encoder(images)
        support, query = embeddings[: ways * shots], embeddings[ways * shots :]
        prototypes = support.reshape(ways, shots, self.emb_dim).mean(dim=1)
        distances = torch.cdist(query, prototypes)
        p = F.softmax(-distances, dim=1)
        loss = F.cross_entropy(p, target)
        accuracy = (p.argmax(dim=1) == target).float().mean()
        return loss, accuracy
