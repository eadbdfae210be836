"""The paper's distance, and its two encoder calls."""


class ProtoNet(ProtoNet):
    def calc_loss(self, support_set_batch, query_set_batch, device):
        ways, shots = support_set_batch.shape[:2]
        queries = query_set_batch.shape[1]
        target = torch.arange(ways, device=device).repeat_interleave(queries)
        support = self.encoder(support_set_batch.flatten(0, 1).to(device))
        query = self.encoder(query_set_batch.flatten(0, 1).to(device))
        prototypes = support.reshape(ways, shots, self.emb_dim).mean(dim=1)
        distances = (query[:, None] - prototypes[None]).square().sum(dim=2)
        log_p = F.log_softmax(-distances, dim=1)
        loss = -log_p.gather(1, target[:, None]).mean()
        accuracy = (log_p.argmax(dim=1) == target).float().mean()
        return loss, accuracy
