"""2: the loss, the block and the network. Their weights are set by hand; convolutions are watched at work."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from data_utils.patience import not_for_long
from data_utils.seeding import drawn

MOST_CALLS = 6  # of convolutions, in a network of three blocks


# 2a the loss


def triplet_loss(ns, case):
    """The loss of a batch whose embeddings are a given map of the images, and its gradients."""
    images = {name: case[name].requires_grad_() for name in ("anchor", "positive", "negative")}
    weight = nn.Parameter(case["weight"])
    model = _with_embedding(ns["SimpleMetricEmbedding"], weight)
    model.train()
    loss = model.loss(images["anchor"], images["positive"], images["negative"])
    observed = {"loss": None, "trains_on": model.training}
    if isinstance(loss, Tensor | float | int):
        observed["loss"] = torch.as_tensor(loss).detach()
    if isinstance(loss, Tensor) and loss.requires_grad:
        loss.sum().backward()
    for name, leaf in (*images.items(), ("weight", weight)):
        observed[f"{name}_grad"] = torch.zeros_like(leaf) if leaf.grad is None else leaf.grad
    return observed


def _with_embedding(model: type, weight: nn.Parameter):
    """A student's model whose embedding of an image is its flat pixels times `weight` (D, pixels)."""

    class Known(model):
        def get_features(self, img):
            return img.flatten(start_dim=1) @ weight.T

        forward = get_features

    try:
        with not_for_long():
            return Known(1, emb_size=len(weight))
    except Exception:  # the network is task 2c's affair: the loss can do without it
        bare = Known.__new__(Known)
        nn.Module.__init__(bare)
        return bare


# 2b the block


def block(ns, case):
    """What the convolution in a block is given and gives, in train mode, and what the block gives.

    For images, for their mirror images, and with a kernel of zeros, which leaves the bias alone.
    """
    made = _find(ns, "_BNReluConv")(
        case["images"].shape[1], case["maps_out"], k=case["k"], bias=bool(case["bias"])
    )
    made.train()
    kernel, offsets = _kernel(made)
    _reset_normalisations(made)
    with torch.no_grad():
        kernel.copy_(drawn(case["seed"], kernel.shape))
        if offsets is not None:
            offsets.copy_(case["offsets"])
    with _convolutions() as calls:
        output = made(case["images"])
        if isinstance(output, Tensor) and output.requires_grad:
            (output * drawn(case["seed"] + 1, output.shape)).sum().backward()
        with torch.no_grad():
            made(-case["images"])
            kernel.zero_()
            made(case["images"])
    if len(calls) != 3:
        raise ValueError(f"A block needs one convolution at work; in this one there are {len(calls) // 3}.")
    images, mirrored, zero = calls
    return {
        "kernel_shape": torch.tensor(kernel.shape),
        "kernel_gradient": _largest(kernel.grad),
        "output": output,
        "into": images.into,
        "out_of": images.out,
        "into_of_mirrored": mirrored.into,
        "out_of_zero_kernel": zero.out,
        "running_mean": _running_mean(ns, case),
    }


def _running_mean(ns, case) -> Tensor | None:
    """What a new block's batch normalisation remembers of one batch; None where it is of another kind."""
    made = _find(ns, "_BNReluConv")(case["images"].shape[1], case["maps_out"], k=case["k"])
    made.train()
    made(case["images"])
    means = [m.running_mean for m in made.modules() if getattr(m, "running_mean", None) is not None]
    return means[0] if means else None


def _kernel(made: nn.Module) -> tuple[nn.Parameter, nn.Parameter | None]:
    """The one kernel in a block and the bias beside it."""
    owners = [
        (owner, parameter)
        for owner in made.modules()
        for parameter in owner.parameters(recurse=False)
        if parameter.dim() == 4
    ]
    if len(owners) != 1:
        raise ValueError(f"A block needs one convolution; this one has {len(owners)}.")
    owner, kernel = owners[0]
    return kernel, getattr(owner, "bias", None)


@torch.no_grad()
def _reset_normalisations(model: nn.Module) -> None:
    """Scale 1 and offset 0, as they begin."""
    for module in model.modules():
        weight, bias = (getattr(module, name, None) for name in ("weight", "bias"))
        if isinstance(weight, Tensor) and weight.dim() == 1:
            weight.fill_(1)
            if isinstance(bias, Tensor):
                bias.zero_()


# 2c the network


def network(ns, case):
    """What goes through the network, seen in one or two ways; `ways` lists them.

    `own`: through your own blocks: what each convolution is given and gives, with kernels that are set.
    `placed`: the same network, and in the place of each block something that only mixes the maps, so that
    a slip of task 2b costs nothing here. `padded` and `plain`: where there is no working block to tell the
    size of its maps, with such places that keep it, or that take off a frame of one pixel.
    """
    observed, faults = {"ways": ""}, []
    for way, attempt in (("own", _own), ("placed", _placed), ("padded", _padded), ("plain", _plain)):
        if way == "padded" and (not faults or "placed" in observed["ways"]):
            break  # there is a block, and it works
        try:
            with nullcontext() if way == "plain" else not_for_long():
                seen = attempt(ns, case)
        except Exception as fault:
            faults.append(fault)
            continue
        if seen is not None:
            observed["ways"] += f"{way} "
            observed |= {f"{way}_{name}": value for name, value in seen.items()}
    if not observed["ways"]:
        raise faults[-1]  # with none of your blocks in it: what is left is the network's
    return observed


def _own(ns, case):
    model = _model(ns, case)
    kernels = [parameter for parameter in model.parameters() if parameter.dim() == 4]
    _reset_normalisations(model)
    with torch.no_grad():
        for number, kernel in enumerate(kernels):
            kernel.copy_(drawn(case["seed"] + number, kernel.shape))
    with _convolutions() as calls:
        features = model.get_features(case["images"])
    places = {id(kernel): number for number, kernel in enumerate(kernels)}
    seen = [(places.get(id(call.weight), -1), call.into, call.out) for call in calls]
    return _seen(case, features, seen, kernels, [kernel.shape for kernel in kernels])


def _placed(ns, case):
    """None where the network has no blocks to be replaced."""
    own, model = _find(ns, "_BNReluConv"), _model(ns, case)
    blocks = [module for module in model.modules() if isinstance(module, own)]
    if not blocks:
        return None
    places = {
        id(one): _Place(case["seed"] + number, _kernel(one)[0].shape, _size_after(one))
        for number, one in enumerate(blocks)
    }
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if id(child) in places:
                setattr(parent, name, places[id(child)])
    return _through_places(case, model, list(places.values()))


def _padded(ns, case):
    return _without_block(ns, case, lambda x: x.shape[2:])


def _plain(ns, case):
    return _without_block(ns, case, lambda x: torch.Size(side - 2 for side in x.shape[2:]))


def _without_block(ns, case, size: Callable):
    """The network, built where the name of the block stands for such places."""
    made: list[_Place] = []

    def _BNReluConv(num_maps_in, num_maps_out, k=3, *args, **kwargs):
        made.append(_Place(case["seed"] + len(made), (num_maps_out, num_maps_in, k, k), size))
        return made[-1]

    with _named(ns, "_BNReluConv", _BNReluConv):
        return _through_places(case, _model(ns, case), made)


def _through_places(case, model, places):
    calls: list[tuple[int, Tensor, Tensor]] = []
    for number, place in enumerate(places):
        place.register_forward_hook(
            lambda _, given, out, number=number: calls.append((number, _copied(given[0]), _copied(out)))
        )
    features = model.get_features(case["images"])
    shapes = [place.kernel_shape for place in places]
    return _seen(case, features, calls, [place.weight for place in places], shapes)


def _seen(case, features, calls, weights, shapes):
    """What was observed, by name: calls in their order, weights and shapes in that of the network's parts."""
    if isinstance(features, Tensor) and features.requires_grad:
        (features * drawn(case["seed"] + 20, features.shape)).sum().backward()
    observed = {
        "features": features.detach() if isinstance(features, Tensor) else None,
        "order": torch.tensor([number for number, _, _ in calls[:MOST_CALLS]]),
        "kernel_shapes": torch.tensor([tuple(shape) for shape in shapes]),
        "gradients": torch.tensor([_largest(weight.grad) for weight in weights]),
    }
    for number, (_, into, out) in enumerate(calls[:MOST_CALLS], 1):
        observed |= {f"into_{number}": into, f"out_of_{number}": out}
    return observed


class _Place(nn.Module):
    """Stands where a block should: mixes the maps by one weight a pair, and cuts or fills up their edges."""

    def __init__(self, seed: int, kernel_shape, size: Callable):
        super().__init__()
        self.kernel_shape = kernel_shape
        self.weight = nn.Parameter(drawn(seed, kernel_shape[:2]))
        self.size = size

    def forward(self, x, *args, **kwargs):
        if x.shape[1] != self.weight.shape[1]:
            raise RuntimeError(f"A block for {self.weight.shape[1]} maps was given {x.shape[1]}.")
        mixed = torch.tensordot(x, self.weight, dims=([1], [1])).movedim(-1, 1)
        rows, columns = (new - old for new, old in zip(self.size(x), x.shape[2:], strict=True))
        return F.pad(mixed, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2))


_Place.__name__ = "_BNReluConv"  # as messages about it should say


def _size_after(block: nn.Module) -> Callable:
    @torch.no_grad()
    def size(x):
        return block(x.detach().clone()).shape[2:]

    return size


def _model(ns, case):
    model = ns["SimpleMetricEmbedding"](case["images"].shape[1], emb_size=case["emb_size"])
    return model.train()


# helpers


class _Call:
    """One convolution: its kernel, what it was given and what it gave."""

    def __init__(self, into: Tensor, weight: Tensor, out: Tensor):
        self.into, self.weight, self.out = _copied(into), weight, _copied(out)


class _Watch(TorchFunctionMode):
    """Sees convolutions, whether a module does them or a function."""

    def __init__(self):
        super().__init__()
        self.calls: list[_Call] = []

    def __torch_function__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        if func is torch.conv2d:
            given = dict(zip(("input", "weight"), args, strict=False)) | (kwargs or {})
            self.calls.append(_Call(given["input"], given["weight"], out))
        return out


@contextmanager
def _convolutions() -> Iterator[list[_Call]]:
    """All convolutions meanwhile, in their order."""
    watch = _Watch()
    with watch:
        yield watch.calls


def _copied(values: Tensor) -> Tensor:
    return values.detach().clone()


def _largest(gradient: Tensor | None) -> float:
    return 0.0 if gradient is None else gradient.abs().max().item()


def _find(ns, name: str):
    """What `name` stands for in the notebook, or in a module of yours that it imports."""
    modules = list(sys.modules.values())
    found = (vars(module)[name] for module in modules if name in getattr(module, "__dict__", {}))
    return ns[name] if name in ns else next(found, None) or ns[name]


@contextmanager
def _named(ns, name: str, value) -> Iterator[None]:
    """`name` stands for `value`, in the notebook and in the module of the network."""
    module = sys.modules.get(ns["SimpleMetricEmbedding"].__module__)
    places = [ns, *([vars(module)] if module else [])]
    before = [(place, name in place, place.get(name)) for place in places]
    for place in places:
        place[name] = value
    try:
        yield
    finally:
        for place, there, old in before:
            if there:
                place[name] = old
            else:
                del place[name]
