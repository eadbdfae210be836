"""How the grader calls your code. Runs inside the sandbox, on your namespace `ns`.

Each probe returns what it observed, never a verdict: whether that is right is worked out elsewhere.
Data sets are built on a small folder of real digits in MNIST's own format, written on the spot. Networks are
looked at from outside: with weights set by hand, and through what goes into and comes out of convolutions.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor, nn

from data_utils.handed_in import read_weights
from data_utils.mnist import write_mnist

ALL_DIGITS = "metric-embedding.pth"
WITHOUT_0 = "metric-embedding-without-0.pth"
SHUFFLES = 3


# 1 and 3e: the data set


def draws(ns, case):
    """How often each image was drawn for some anchors: (runs, anchors, images + 1), wrong indices last."""
    with _dataset(ns, case, "train") as dataset:
        count = len(case["labels"])
        return {
            "positive": _draws(dataset._sample_positive, case, count),
            "negative": _draws(dataset._sample_negative, case, count),
        }


def items(ns, case):
    """What the data set yields, image by image; images are named by their number in the case."""
    observed = {}
    for split in ("train", "traineval", "test"):
        with _dataset(ns, case, split) as dataset:
            seen = [dataset[index] for index in range(len(dataset))]
        observed[f"{split}_anchor"] = _numbers(case, split, [item[0] for item in seen])
        observed[f"{split}_target"] = torch.tensor([int(item[-1]) for item in seen])
        observed[f"{split}_image"] = seen[0][0]
        if split == "train":
            observed["positive"] = _numbers(case, split, [item[1] for item in seen])
            observed["negative"] = _numbers(case, split, [item[2] for item in seen])
    return observed


def kept(ns, case):
    """What is left of the data set without a class: images and targets, in both splits that train uses."""
    observed = {}
    for split in ("traineval", "test"):
        with _dataset(ns, case, split, case["remove_class"]) as dataset:
            seen = [dataset[index] for index in range(len(dataset))]
        observed[f"{split}_anchor"] = _numbers(case, split, [anchor for anchor, _ in seen])
        observed[f"{split}_target"] = torch.tensor([int(target) for _, target in seen])
    return observed


def kept_draws(ns, case):
    """How often each image, by its number in the case, was part of a triplet after a class was removed."""
    counts = torch.zeros(3, len(case["labels"]) + 1, dtype=torch.int64)
    with _dataset(ns, case, "train", case["remove_class"]) as dataset:
        for _ in range(case["rounds"]):
            for index in range(len(dataset)):
                drawn = _numbers(case, "train", list(dataset[index][:3]))
                counts[torch.arange(3), drawn] += 1
    return {"anchor": counts[0], "positive": counts[1], "negative": counts[2]}


# 2: the model


def triplet_loss(ns, case):
    """The loss of a batch whose embeddings are a given map of the images, and its gradients."""
    images = {name: case[name].requires_grad_() for name in ("anchor", "positive", "negative")}
    weight = nn.Parameter(case["weight"])
    model = _with_embedding(ns["SimpleMetricEmbedding"], weight)
    loss = model.loss(images["anchor"], images["positive"], images["negative"])
    observed = {"loss": torch.as_tensor(loss).detach()}
    if torch.is_tensor(loss) and loss.requires_grad:
        loss.sum().backward()
    for name, leaf in (*images.items(), ("weight", weight)):
        observed[f"{name}_grad"] = torch.zeros_like(leaf) if leaf.grad is None else leaf.grad
    return observed


def block_order(ns, case):
    """What a block makes of an image, of its mirror image and by a mirrored kernel that copies its input."""
    maps_in, maps_out = case["images"].shape[1], case["maps_out"]
    block, convolution = _block(ns, maps_in, maps_out, k=1, bias=True)
    copy = torch.zeros_like(convolution.weight)
    for channel in range(maps_in):
        copy[channel, channel, copy.shape[2] // 2, copy.shape[3] // 2] = 1
    with torch.no_grad():
        if convolution.bias is not None:
            convolution.bias.zero_()
        convolution.weight.copy_(copy)
        observed = {"output": block(case["images"]), "of_mirrored_image": block(-case["images"])}
        convolution.weight.copy_(-copy)
        return observed | {"by_mirrored_kernel": block(case["images"])}


def block_kernel(ns, case):
    """The shape of a block's kernel, and what it gives with a kernel of zeros and with a given one."""
    block, convolution = _block(ns, case["images"].shape[1], case["maps_out"], case["k"], bool(case["bias"]))
    observed = {"kernel_shape": torch.tensor(convolution.weight.shape), "output": None}
    with torch.no_grad():
        if convolution.bias is not None:
            convolution.bias.copy_(case["offsets"])
        convolution.weight.zero_()
        observed["of_zero_kernel"] = block(case["images"])
        if convolution.weight.shape == case["kernel"].shape:
            convolution.weight.copy_(case["kernel"])
            observed["output"] = block(case["images"])
    return observed


def network(ns, case):
    """What goes into each convolution of the network, what comes out, the features, and the gradients.

    Your `_BNReluConv` is exchanged for a given one meanwhile: it is task 2b's affair.
    """
    with _given_block(ns):
        model = ns["SimpleMetricEmbedding"](case["images"].shape[1], emb_size=case["emb_size"])
    model.train()
    calls: list[nn.Module] = []
    observed = {}

    def look(module, inputs, output):
        calls.append(module)
        observed[f"into_{len(calls)}"] = inputs[0].detach().clone()
        observed[f"out_of_{len(calls)}"] = output.detach().clone()

    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(look)
    features = model.get_features(case["images"])
    observed["features"] = features.detach().clone()
    if features.requires_grad:
        (features * case["weights"]).sum().backward()
    kernels = [module.weight for module in model.modules() if isinstance(module, nn.Conv2d)]
    observed["kernel_shapes"] = torch.tensor([tuple(kernel.shape) for kernel in kernels])
    observed["kernel_gradients"] = torch.tensor(
        [0.0 if kernel.grad is None else kernel.grad.abs().max().item() for kernel in kernels]
    )
    observed["order_of_calls"] = torch.tensor([list(dict.fromkeys(calls)).index(module) for module in calls])
    return observed


# 3: training and use


def identity(ns, case):
    """Image space: the features of some images, and of one alone."""
    model = ns["IdentityModel"]()
    return {"features": model.get_features(case["images"]), "one": model.get_features(case["images"][:1])}


def trained_on_all(ns, case):
    """Embeddings of unlabelled images by the network with the weights that were handed in.

    And with the same weights in other places: the numbers of each kernel shuffled, which unlearns everything.
    """
    return _trained(ns, case, read_weights(ALL_DIGITS))


def trained_without_0(ns, case):
    """The same for the network that never saw a 0; and the other network's weights, to compare."""
    try:
        others = _flat(read_weights(ALL_DIGITS))
    except Exception:  # a missing or broken file is task 3b's affair
        others = None
    return _trained(ns, case, read_weights(WITHOUT_0)) | {"weights_of_all_digits": others}


# 4: looking at it


def projection(ns, case):
    """Points in two dimensions."""
    return {"points": ns["project_2d"](case["features"])}


# helpers


@contextmanager
def _dataset(ns, case, split: str, remove_class=None) -> Iterator:
    """The student's data set on the case's digits; its test part are the first digits, turned about."""
    with tempfile.TemporaryDirectory(dir=".") as folder:  # the one place that the sandbox lets write
        for part, digits, labels in (
            ("train", case["digits"], case["labels"]),
            ("t10k", _turned(case), case["labels"][: case["tests"]]),
        ):
            write_mnist(Path(folder), part, digits.numpy(), labels.numpy())
        yield ns["MNISTMetricDataset"](root=f"{folder}/", split=split, remove_class=remove_class)


def _turned(case) -> Tensor:
    return case["digits"][: case["tests"]].flip(1)


def _numbers(case, split: str, images) -> Tensor:
    """Which digits of the case the images are; those that are none of them get the number after the last."""
    digits = _turned(case) if split == "test" else case["digits"]
    known = {digit.numpy().tobytes(): number for number, digit in enumerate(digits)}
    found = (image.detach().mul(255).round().to(torch.uint8).contiguous() for image in images)
    return torch.tensor([known.get(image.numpy().tobytes(), len(case["labels"])) for image in found])


def _draws(sample, case, count: int) -> Tensor:
    counts = torch.zeros(2, len(case["anchors"]), count + 1, dtype=torch.int64)
    for run in range(2):
        for row, anchor in enumerate(case["anchors"].tolist()):
            drawn = torch.tensor([int(sample(anchor)) for _ in range(case["draws"])])
            drawn[(drawn < 0) | (drawn >= count)] = count
            counts[run, row] = torch.bincount(drawn, minlength=count + 1)
    return counts


def _with_embedding(model: type, weight: nn.Parameter):
    """A student's model whose embedding of an image is its flat pixels times `weight` (D, pixels)."""

    class Known(model):
        def get_features(self, img):
            return img.flatten(start_dim=1) @ weight.T

        forward = get_features

    try:
        return Known(1, emb_size=len(weight))
    except Exception:  # the network is task 2c's affair: the loss can do without it
        bare = Known.__new__(Known)
        nn.Module.__init__(bare)
        return bare


def _block(ns, maps_in: int, maps_out: int, k: int, bias: bool):
    """A new block in train mode, where batch normalisation acts, and the convolution in it."""
    block = ns["_BNReluConv"](maps_in, maps_out, k=k, bias=bias)
    block.train()
    kernels = [
        m for m in block.modules() if isinstance(getattr(m, "weight", None), Tensor) and m.weight.dim() == 4
    ]
    if len(kernels) != 1:
        raise ValueError(f"_BNReluConv has {len(kernels)} convolutions, but it needs one.")
    return block, kernels[0]


class _GivenBlock(nn.Sequential):
    """Normalisation, ReLU, convolution."""

    def __init__(self, num_maps_in, num_maps_out, k=3, bias=True, **others):
        super().__init__(
            nn.BatchNorm2d(num_maps_in),
            nn.ReLU(),
            nn.Conv2d(num_maps_in, num_maps_out, k, padding=k // 2, bias=bias),
        )


@contextmanager
def _given_block(ns) -> Iterator[None]:
    """Wherever the network looks for its blocks: the notebook, or the module that it was imported from."""
    module = sys.modules.get(ns["SimpleMetricEmbedding"].__module__)
    places = [place for place in (ns, vars(module) if module else {}) if "_BNReluConv" in place]
    own = [place["_BNReluConv"] for place in places]
    for place in places:
        place["_BNReluConv"] = _GivenBlock
    try:
        yield
    finally:
        for place, block in zip(places, own, strict=True):
            place["_BNReluConv"] = block


def _trained(ns, case, state: dict[str, Tensor]):
    model = ns["SimpleMetricEmbedding"](1)
    model.load_state_dict(state)
    model.eval().to(memory_format=torch.channels_last)  # four times as fast here
    observed = {"embeddings": _embeddings(model, case["images"]), "weights": _flat(state)}
    shuffled = [_embeddings(_shuffled(model, seed), case["images"]) for seed in range(SHUFFLES)]
    return observed | {"by_shuffled_kernels": torch.stack(shuffled)}


@torch.no_grad()
def _embeddings(model: nn.Module, images: Tensor) -> Tensor:
    return torch.cat([torch.as_tensor(model.get_features(batch)) for batch in images.split(100)])


@torch.no_grad()
def _shuffled(model: nn.Module, seed: int) -> nn.Module:
    """The same model, the numbers of every kernel in another order."""
    generator = torch.Generator().manual_seed(seed)
    for kernel in (parameter for parameter in model.parameters() if parameter.dim() > 1):
        order = torch.randperm(kernel.numel(), generator=generator)
        kernel.copy_(kernel.flatten()[order].view_as(kernel))
    return model


def _flat(state) -> Tensor:
    """All weights in a row, without the counters of batches, which would outweigh them."""
    return torch.cat([value.detach().float().flatten() for value in state.values() if value.dim()])
