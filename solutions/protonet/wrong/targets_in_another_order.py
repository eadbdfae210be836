"""The true classes run 0, 1, 2, ..., 0, 1, 2, ..., but flattened queries come class after class.
Look at the order in which `flatten` puts the queries."""

LOSES = {"3.2", "3.4"}


class ProtoNet(ProtoNet):
    def calc_loss(self, support_set_batch, query_set_batch, device):
        ways, shots = support_set_batch.shape[:2]
        queries = query_set_batch.shape[1]
        target = torch.arange(ways, device=device).repeat(queries)
        images = torch.cat([support_set_batch.flatten(0, 1), query_set_batch.flatten(0, 1)]).to(device)
        embeddings = self.encoder(images)
        support, query = embeddings[: ways * shots], embeddings[ways * shots :]
        prototypes = support.reshape(ways, shots, self.emb_dim).mean(dim=1)
        distances = torch.cdist(query, prototypes)
        log_p = F.log_softmax(-distances, dim=1)
        loss = -log_p.gather(1, target[:, None]).mean()
        accuracy = (log_p.argmax(dim=1) == target).float().mean()
        return loss, accuracy
