"""In three dimensions, as the paper's own code; the bare `squeeze()` of older stubs is not charged."""


class ProtoNet(ProtoNet):
    def calc_loss(self, support_set_batch, query_set_batch, device):
        n_class, n_support = support_set_batch.size(0), support_set_batch.size(1)
        n_query = query_set_batch.size(1)
        target_inds = torch.arange(n_class).view(n_class, 1, 1).expand(n_class, n_query, 1).long().to(device)
        x = torch.cat(
            [
                support_set_batch.contiguous().view(n_class * n_support, *support_set_batch.size()[2:]),
                query_set_batch.contiguous().view(n_class * n_query, *query_set_batch.size()[2:]),
            ],
            0,
        ).to(device)
        z = self.encoder.forward(x)
        z_proto = z[: n_class * n_support].view(n_class, n_support, self.emb_dim).mean(1)
        zq = z[n_class * n_support :]
        dists = torch.cdist(zq, z_proto)
        log_p_y = F.log_softmax(-dists, dim=1).view(n_class, n_query, -1)
        loss_val = -log_p_y.gather(2, target_inds).squeeze().view(-1).mean()
        _, y_hat = log_p_y.max(2)
        acc_val = torch.eq(y_hat, target_inds.squeeze()).float().mean()
        return loss_val, acc_val
