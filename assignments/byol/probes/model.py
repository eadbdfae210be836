"""Parts 4 and 5: two views, and the model."""

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils.data import DataLoader

from data_utils.patience import not_for_long

from .parts import ONLINE, TARGET, Part, byol, encoder, fill, state, with_parts
from .tools import either, flat, flat_gradient


def pairs(ns, case):
    """What TwoViews makes of some pictures when the transforms number their calls."""
    calls = {"t": 0, "t_prime": 0}

    def numbered(name, offset):
        def transform(image):
            calls[name] += 1
            return torch.tensor([float(np.asarray(image)[0, 0, 0]), offset + calls[name]])

        return transform

    offsets = case["offsets"].tolist()
    both = ns["TwoViews"](numbered("t", offsets[0]), numbered("t_prime", offsets[1]))
    images = [Image.new("RGB", (4, 4), (value, 0, 0)) for value in case["values"].tolist()]
    items = [both(image) for image in images]
    if any(len(item) != 2 for item in items):
        return {"views": torch.tensor([len(item) for item in items])}
    first, second = next(iter(DataLoader([tuple(item) for item in items], len(items))))
    return {
        "views": torch.tensor([len(item) for item in items]),
        "first_picture": first[:, 0],
        "first_call": first[:, 1],
        "second_picture": second[:, 0],
        "second_call": second[:, 1],
    }


def mlp(ns, case):
    """Shapes of an MLP's weights; its output with given ones in train mode, and its input's gradient."""
    module = ns["MLP"](*case["sizes"].tolist())
    layers = [m for m in module.modules() if getattr(getattr(m, "weight", None), "ndim", 0) >= 2]
    norms = [m for m in module.modules() if isinstance(m, _BatchNorm)]
    observed = {
        "layers": torch.tensor([tuple(layer.weight.flatten(start_dim=1).shape) for layer in layers]),
        "norms": torch.tensor([norm.num_features for norm in norms]),
    }
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
        for layer, name in zip(layers, ("w1", "w2"), strict=False):
            if layer.weight.numel() == case[name].numel():
                layer.weight.copy_(case[name].view_as(layer.weight))
        for norm in norms:
            if norm.num_features == len(case["gain"]):
                norm.weight.copy_(case["gain"])
                norm.bias.copy_(case["shift"])
    inputs = case["inputs"].clone().requires_grad_()
    output = module.train()(inputs)
    if output.requires_grad:
        (output * torch.linspace(-1, 1, output.numel()).view_as(output)).sum().backward()
    return observed | {"output": output.detach(), "gradient": inputs.grad}


def construction(ns, case):
    """Both networks right after construction, and what happens to the target when the online one changes."""
    model = ns["BYOL"](
        encoder(case),
        input_size=case["features"],
        hidden_size=case["hidden"],
        projection_size=case["projection"],
        tau=case["tau"],
    )
    parts = {name: getattr(model, name, None) for name in (*ONLINE, *TARGET)}
    if missing := [f"`{name}`" for name, part in parts.items() if not isinstance(part, nn.Module)]:
        return {"missing": ", ".join(missing)}
    online = model.online_encoder, model.online_projector
    target = model.target_encoder, model.target_projector
    observed = {
        "missing": "",
        "encoder": flat(model.online_encoder.parameters()),
        "online": flat(w for part in online for w in part.parameters()),
        "target": flat(w for part in target for w in part.parameters()),
        "trainable_in_target": _count(target, learning=True),
        "still_in_online": _count((*online, model.online_predictor))
        - _count((*online, model.online_predictor), True),
        "registered": _count([model]),
        "parts": _count((*online, model.online_predictor, *target)),
        "projections": torch.tensor(online[1](online[0](case["images"])).shape),
        "predictions": torch.tensor(model.online_predictor(case["projections"]).shape),
        "predictor": _matrices(model.online_predictor),
        "projector": _matrices(model.online_projector),
    }
    with torch.no_grad():
        for part in online:
            for weights in part.parameters():
                weights.add_(1)
    observed["target_afterwards"] = flat(w for part in target for w in part.parameters())
    usual = ns["BYOL"](Part(12, 1000, case["seed"]))
    return observed | {"usual": _matrices(usual.online_predictor), "tau": float(usual.tau)}


def _matrices(module: nn.Module) -> torch.Tensor:
    """Shapes of the weights of its layers, sorted; biases and normalisations are free."""
    shapes = [tuple(w.flatten(start_dim=1).shape) for w in module.parameters() if w.dim() > 1]
    return torch.tensor(sorted(shapes)).reshape(-1, 2)


def _count(modules, learning: bool = False) -> int:
    weights = {id(w): w for module in modules for w in module.parameters()}
    return sum(w.numel() for w in weights.values() if w.requires_grad or not learning)


def forwards(ns, case):
    """What forward returns, and which weights get a gradient from it: of your own parts with weights of the
    case, and of given parts.
    """

    def own():
        model = byol(ns, case)
        for number, name in enumerate((*ONLINE, *TARGET)):
            fill(getattr(model, name), case["seed"] + number)
        return _forward(model, case)

    return either(own=own, given=lambda: _forward(with_parts(byol(ns, case), case), case))


def _forward(model, case):
    outputs = list(model.train()(case["x1"], case["x2"]))
    observed = {"outputs": len(outputs)}
    if len(outputs) != 4:
        return observed
    observed |= {name: v.detach().clone() for name, v in zip(("z1", "z2", "p1", "p2"), outputs, strict=True)}
    weighted = [(output * case["weights"][: output.shape[0], : output.shape[1]]).sum() for output in outputs]
    observed["online_gradient"] = torch.stack([_reached(model, ONLINE, value) for value in weighted[2:]])
    return observed | {"target_gradient": _reached(model, TARGET, sum(weighted))}


def _reached(model, names, value):
    """How long a gradient each of these parts gets from a value."""
    model.zero_grad()
    if value.requires_grad:
        value.backward(retain_graph=True)
    return torch.stack([flat_gradient(getattr(model, name).parameters()).norm() for name in names])


def losses(ns, case):
    """The loss of several batches, and the gradients of the predictions. Where your forward returns vectors
    of length 1, the loss gets such ones.
    """
    model = byol(ns, case)
    loss = model.loss if hasattr(model, "loss") else ns["loss"]
    lengths = _lengths(ns, case)
    values, gradients = [], []
    for number, rows in enumerate(case["rows"].tolist()):
        z1, z2, p1, p2 = (case[name][number, :rows] for name in ("z1", "z2", "p1", "p2"))
        p1, p2 = leaves = p1.clone().requires_grad_(), p2.clone().requires_grad_()
        if lengths is not None and (lengths - 1).abs().max() < 1e-4:
            z1, z2, p1, p2 = (v / v.norm(dim=1, keepdim=True) for v in (z1, z2, p1, p2))
        value = loss(z1, z2, p1, p2)
        values.append(torch.as_tensor(value).detach())
        if torch.is_tensor(value) and value.requires_grad:
            value.sum().backward()
        gradients += [flat_gradient([leaf]) for leaf in leaves]
    return {
        "losses": torch.stack(values),
        "first": torch.cat(gradients[::2]),
        "second": torch.cat(gradients[1::2]),
    }


def _lengths(ns, case):
    """Of the vectors that your forward returns with given parts, if it does."""
    try:
        with not_for_long():
            outputs = with_parts(byol(ns, case), case).train()(case["images"], case["images"].flip(0))
        return torch.cat([output.detach().norm(dim=1) for output in outputs])
    except Exception:
        return None


def updates(ns, case):
    """The weights of both networks before and after two updates of the target."""

    def own():
        model = byol(ns, case)
        for number, name in enumerate((*ONLINE, *TARGET)):
            fill(getattr(model, name), case["seed"] + number)
        return _updated(model)

    return either(own=own, given=lambda: _updated(with_parts(byol(ns, case), case)))


def _updated(model):
    observed = {"before": state(model, TARGET), "online": state(model, ONLINE)}
    model.update_target()
    observed["once"] = state(model, TARGET)
    model.update_target()
    return observed | {"twice": state(model, TARGET), "online_afterwards": state(model, ONLINE)}


def schedule(ns, case):
    """tau at some steps, with the base that is the default and with another."""
    steps, total = case["steps"].tolist(), case["total_steps"]
    values = {"default": [ns["tau_at"](step, total) for step in steps]}
    values["other"] = [ns["tau_at"](step, total, case["base"]) for step in steps]
    return {
        name: torch.tensor([float(v) for v in taus], dtype=torch.float64) for name, taus in values.items()
    }
