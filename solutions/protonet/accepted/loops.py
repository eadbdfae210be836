"""Everything in loops, into tensors made beforehand."""


class ProtoNet(ProtoNet):
    def calc_loss(self, support_set_batch, query_set_batch, device):
        ways, shots = support_set_batch.shape[:2]
        queries = query_set_batch.shape[1]
        size = support_set_batch.shape[2:]
        images = torch.cat([support_set_batch.reshape(-1, *size), query_set_batch.reshape(-1, *size)])
        embeddings = self.encoder(images.to(device))
        prototypes = torch.zeros(ways, self.emb_dim, device=device)
        for c in range(ways):
            prototypes[c] = embeddings[c * shots : (c + 1) * shots].mean(0)
        loss, right = 0, 0
        for c in range(ways):
            for q in range(queries):
                query = embeddings[ways * shots + c * queries + q]
                logits = torch.stack([-torch.dist(query, prototype) for prototype in prototypes])
                loss = loss - F.log_softmax(logits, dim=0)[c]
                right += int(logits.argmax() == c)
        return loss / (ways * queries), right / (ways * queries)
