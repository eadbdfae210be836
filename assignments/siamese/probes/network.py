"""Task 4: the network, with weights that the case gives it."""

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from data_utils.case_weights import layer_weights, norm_weights

from .observing import parts_of, plain

LAYERS = nn.Conv2d | nn.Linear


def network(ns, case):
    """What goes into each layer with weights and comes out, in train mode; the number of parameters."""
    torch.manual_seed(case["seed"])
    net = ns["SiameseNetwork"]()
    observed = _Watched(net, case["numbers"]).through(case["images"])
    return observed | {"parameters": sum(p.numel() for p in net.parameters())}


def twins(ns, case):
    """Both streams, in train and in eval mode, as pairs and each on its own; and what a layer learns by.

    In train mode the second stream gets the pictures of the first in another order. So whether both go
    through batch normalisation together or apart makes no difference.
    """
    torch.manual_seed(case["seed"])
    net = ns["SiameseNetwork"]()
    one, order = case["images"], case["order"]
    watched = _Watched(net, case["numbers"])
    observed = watched.through(one) | {"spread_at_first": torch.tensor(watched.spread)}
    with torch.no_grad():
        observed["again"] = plain(net.forward_each(one))
    returned = parts_of(net(one, one[order]))
    observed["count"] = len(returned)
    observed |= _named(("first", "second"), returned)
    observed |= watched.learned(returned, (case["slopes"], case["slopes"][order]))
    net.eval()
    with torch.no_grad():
        observed |= _named(("first_in_eval", "second_in_eval"), net(one[:2], one[2:]))
        observed |= _named(("second_swapped", "first_swapped"), net(one[2:], one[:2]))
        observed |= {
            "first_alone": plain(net.forward_each(one[:2])),
            "second_alone": plain(net.forward_each(one[2:])),
        }
    return observed


def _named(names, returned):
    """The parts of what was returned under these names, as far as there are any."""
    return dict(zip(names, map(plain, parts_of(returned)), strict=False))


class _Watched:
    """A network whose layers get the case's weights the moment they are first called, and are listened to."""

    def __init__(self, net, numbers):
        self.net, self.numbers = net, numbers
        self.layers, self.norms = [], []  # in the order of their first calls
        self.calls = []  # (layer, into, out of)
        self.spread = []  # of each layer's weights before they were replaced
        for module in net.modules():
            if isinstance(module, LAYERS | _BatchNorm):
                module.register_forward_pre_hook(self._fill)
            if isinstance(module, LAYERS):
                module.register_forward_hook(self._note)

    def through(self, images):
        """What `forward_each` gives in train mode, and what the layers are given and give on the way."""
        self.net.train()
        with torch.no_grad():
            observed = {"output": plain(self.net.forward_each(images)), "layers": len(self.calls)}
        for number, (layer, into, out) in enumerate(self.calls[:6], 1):
            observed[f"layer_{number}"] = _described(layer)
            # Every 32nd map of the first convolution will do, and all maps of one picture for the second.
            observed[f"into_{number}"] = into[:, ::32] if number == 2 and into.ndim == 4 else into
            observed[f"out_of_{number}"] = out[:, ::32] if number == 1 and out.ndim == 4 else out
            if number == 2:
                observed["into_2_of_one"] = into[:1]
        return observed

    def learned(self, outputs, slopes):
        """The gradient at up to 64 weights of each layer, and how far each running mean has moved."""
        for output, slope in zip(outputs, slopes, strict=False):
            if torch.is_tensor(output) and output.requires_grad:
                slope = slope if slope.shape == output.shape else torch.ones_like(output)
                output.backward(slope, retain_graph=True)
        gradients = [_some(layer.weight.grad) for layer in (*self.layers, *self.norms)]
        moved = [
            _some(norm.running_mean - norm_weights(self.numbers, place, len(norm.running_mean))[2])
            for place, norm in enumerate(self.norms)
            if norm.running_mean is not None
        ]
        return {
            "gradients": _rows(gradients),
            "moved": _rows(moved),
        }

    @torch.no_grad()
    def _fill(self, module, _):
        known = self.norms if isinstance(module, _BatchNorm) else self.layers
        if any(module is one for one in known):
            return
        place = len(known)
        known.append(module)
        if isinstance(module, _BatchNorm):
            values = norm_weights(self.numbers, place, module.num_features)
            own = (module.weight, module.bias, module.running_mean, module.running_var)
        else:
            self.spread.append(float(module.weight.std()))
            values = layer_weights(self.numbers, place, tuple(module.weight.shape))
            own = (module.weight, module.bias)
        for tensor, value in zip(own, values, strict=True):
            if tensor is not None:
                tensor.copy_(value)

    def _note(self, layer, inputs, output):
        self.calls.append((layer, inputs[0].detach().clone(), output.detach().clone()))


def _described(layer):
    """Sizes of the weight, then stride and padding of a convolution, then whether there is a bias."""
    padding = getattr(layer, "padding", ())
    padding = padding if isinstance(padding, tuple) else (-1, -1)
    return torch.tensor(
        [*layer.weight.shape, *getattr(layer, "stride", ()), *padding, layer.bias is not None]
    )


def _rows(some):
    """One row for each of some (n, 64), of which there may be none."""
    return torch.stack(some) if some else torch.zeros(0, 64)


def _some(values):
    """64 of the values, with zeros where there are not so many, or none at all."""
    if values is None:
        return torch.zeros(64)
    some = values.flatten()[:: max(values.numel() // 64, 1) | 1][:64]  # odd: of all columns
    return torch.cat([some, some.new_zeros(64 - len(some))])
