"""The distances are sums of absolute differences (city blocks). ProtoNet's distance is the Euclidean one."""

LOSES = {"3.1", "3.2"}


class ProtoNet(ProtoNet):
    def calc_loss(self, support_set_batch, query_set_batch, device):
        ways, shots = support_set_batch.shape[:2]
        queries = query_set_batch.shape[1]
        target = torch.arange(ways, device=device).repeat_interleave(queries)
        images = torch.cat([support_set_batch.flatten(0, 1), query_set_batch.flatten(0, 1)]).to(device)
        support, query = self.encoder(images).tensor_split([ways * shots])
        prototypes = support.reshape(ways, shots, self.emb_dim).mean(dim=1)
        distances = torch.cdist(query, prototypes, p=1)
        loss = F.cross_entropy(-distances, target)
        return loss, (distances.argmin(dim=1) == target).float().mean()
