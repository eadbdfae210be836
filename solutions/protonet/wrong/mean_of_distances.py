"""The distance to a class is the mean of the distances to its support samples.
Take the mean of the embeddings first: that is the prototype."""

LOSES = {"3.1"}


class ProtoNet(ProtoNet):
    def calc_loss(self, support_set_batch, query_set_batch, device):
        ways, shots = support_set_batch.shape[:2]
        queries = query_set_batch.shape[1]
        target = torch.arange(ways, device=device).repeat_interleave(queries)
        images = torch.cat([support_set_batch.flatten(0, 1), query_set_batch.flatten(0, 1)]).to(device)
        embeddings = self.encoder(images)
        support, query = embeddings[: ways * shots], embeddings[ways * shots :]
        distances = torch.cdist(query, support).reshape(-1, ways, shots).mean(dim=2)
        log_p = F.log_softmax(-distances, dim=1)
        loss = -log_p.gather(1, target[:, None]).mean()
        accuracy = (log_p.argmax(dim=1) == target).float().mean()
        return loss, accuracy
