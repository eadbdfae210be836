"""The loss is a sum of embeddings: nothing is compared with anything. It is made of distances."""

LOSES = {"3.1", "3.2", "3.3", "3.4"}


class ProtoNet(ProtoNet):
    def calc_loss(self, support_set_batch, query_set_batch, device):
        images = torch.cat([support_set_batch.flatten(0, 1), query_set_batch.flatten(0, 1)])
        return self.encoder(images.to(device)).sum(), 0.5
