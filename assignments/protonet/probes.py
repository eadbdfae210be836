"""How the grader calls your code. Runs inside the sandbox, on your namespace `ns`.

Each probe returns what it observed, never a verdict: whether that is right is worked out elsewhere.
Most cases hold points instead of drawings. A point stands in the first pixels of an otherwise empty image,
and a given encoder reads it back, so that an embedding is known to the last digit.
"""

import torch
from encoder import OmniGlotEncoder
from torch import Tensor, nn
from torch.nn import functional as F

from data_utils.handed_in import read_weights

CPU = torch.device("cpu")
IMAGE = (1, 28, 28)
STEP = 0.02  # of the finite differences: wide enough for float32, as embeddings are of size one


class Pixels(nn.Module):
    """Images (N, 1, 28, 28) -> their first `emb_dim` pixels (N, emb_dim)."""

    def __init__(self, emb_dim: int) -> None:
        super().__init__()
        self.emb_dim = emb_dim

    def forward(self, images: Tensor) -> Tensor:
        return images.flatten(start_dim=1)[:, : self.emb_dim]


class Lifted(nn.Module):
    """Images -> embeddings (N, emb_dim): the first pixels, times weights to learn, times a fixed matrix."""

    def __init__(self, weight: Tensor, lift: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)  # (small, pixels)
        self.register_buffer("lift", lift)  # (emb_dim, small)

    def forward(self, images: Tensor) -> Tensor:
        return images.flatten(start_dim=1)[:, : self.weight.shape[1]] @ self.weight.T @ self.lift.T


def loss_slopes(ns, case):
    """How much the loss of an episode rises or falls when one coordinate of one sample is nudged."""
    support, query = case["support"], case["query"]
    net = ns["ProtoNet"](Pixels(case["emb_dim"]), case["emb_dim"])
    return {
        "support": _slopes(lambda: _loss(net, support, query), support),
        "query": _slopes(lambda: _loss(net, support, query), query),
    }


def batch_statistics(ns, case):
    """What the last batch normalisation of the lab's encoder saw: the plain average over all its calls."""
    torch.manual_seed(0)
    encoder = OmniGlotEncoder(case["emb_dim"])
    norms = [module for module in encoder.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None  # a plain average, so that the order of calls does not matter
    net = ns["ProtoNet"](encoder, case["emb_dim"])
    net.train()
    with torch.no_grad():
        net.calc_loss(case["support"], case["query"], CPU)
    return {"mean": norms[-1].running_mean, "variance": norms[-1].running_var}


def loss_value(ns, case):
    """The loss of an episode."""
    net = ns["ProtoNet"](Pixels(case["emb_dim"]), case["emb_dim"])
    loss, _ = net.calc_loss(_images(case["support"]), _images(case["query"]), CPU)
    return {"loss": _plain(loss)}


def loss_gradients(ns, case):
    """The gradients of the loss by autograd, and beside them its slopes by finite differences."""
    support, query = case["support"], case["query"]
    encoder = Lifted(case["weight"], case["lift"])
    net = ns["ProtoNet"](encoder, len(case["lift"]))
    observed = {
        f"{name}_slopes": _slopes(lambda: _loss(net, support, query), values)
        for name, values in (("support", support), ("query", query), ("weight", encoder.weight.data))
    }
    support.requires_grad_()
    query.requires_grad_()
    loss, _ = net.calc_loss(_images(support), _images(query), CPU)
    loss.sum().backward()
    for name, leaf in (("support", support), ("query", query), ("weight", encoder.weight)):
        observed[f"{name}_grad"] = _grad(leaf)
    return observed


def accuracy(ns, case):
    """The accuracy of an episode in which only some queries are right."""
    net = ns["ProtoNet"](Pixels(case["emb_dim"]), case["emb_dim"])
    _, share = net.calc_loss(_images(case["support"]), _images(case["query"]), CPU)
    return {"accuracy": _plain(share)}


def proxy_anchor(ns, case):
    """The Proxy-Anchor loss of a batch with given proxies, and its gradients."""
    proxies, embeddings = case["proxies"], case["embeddings"].requires_grad_()
    criterion = ns["ProxyAnchorLoss"](*proxies.shape, margin=case["margin"], alpha=case["alpha"])
    with torch.no_grad():
        criterion.proxies.copy_(proxies)
    loss = criterion(embeddings, case["labels"])
    loss.sum().backward()
    return {
        "loss": _plain(loss),
        "proxies_grad": _grad(criterion.proxies),
        "embeddings_grad": _grad(embeddings),
    }


def trained_weights(ns, case):
    """The weights in the checkpoint that was handed in, as plain tensors; they are measured elsewhere."""
    state = read_weights("protonet-trained.pth")
    weights = {name: state["proto_net"][f"encoder.{name}"] for name in OmniGlotEncoder().state_dict()}
    return {"trained_on": str(state.get("trained_on")), **weights}


def _images(points: Tensor) -> Tensor:
    """Points (classes, samples, D) as images (classes, samples, 1, 28, 28)."""
    return F.pad(points, (0, 28 * 28 - points.shape[-1])).unflatten(-1, IMAGE)


def _plain(value):
    return torch.as_tensor(value, dtype=torch.float64).detach()


def _grad(leaf):
    return torch.zeros_like(leaf) if leaf.grad is None else leaf.grad


def _loss(net, support, query):
    with torch.no_grad():
        return _plain(net.calc_loss(_images(support), _images(query), CPU)[0]).sum().item()


def _slopes(loss, values: Tensor) -> Tensor:
    """Central differences of `loss()` by each number in `values`, in the shape of `values`."""
    flat, slopes = values.view(-1), []
    for index, value in enumerate(flat.tolist()):
        flat[index] = value + STEP
        above = loss()
        flat[index] = value - STEP
        below = loss()
        flat[index] = value
        slopes.append((above - below) / (2 * STEP))
    return torch.tensor(slopes, dtype=torch.float64).view_as(values)
