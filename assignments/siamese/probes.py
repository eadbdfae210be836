"""How the grader calls your code. Runs inside the sandbox, on your namespace `ns`.

Each probe returns what it observed, never a verdict: whether that is right is worked out elsewhere.
"""

import tempfile
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from PIL import Image
from torch import nn

from data_utils.handed_in import read_weights

WEIGHTS = "siamese.pth"


# 1 and 2: the loss


def gradients(ns, case):
    """The pair of gradients of the batch mean, for pairs of the same class and of different ones."""
    given = [case[name].double().numpy() for name in ("output1", "output2", "label")]
    returned = ns["contrastive_grad"](*(array.copy() for array in given), case["margin"])
    arrays = returned if isinstance(returned, tuple | list) else [returned]
    observed = {"count": len(arrays), "first": None, "second": None}
    return observed | dict(zip(("first", "second"), map(np.asarray, arrays), strict=False))


def loss_of_pairs(ns, case):
    """The loss of each pair on its own, (pairs,): a batch of one, with a label of shape (1, 1)."""
    loss = _loss(ns, case)
    pairs = zip(case["output1"], case["output2"], case["label"], strict=True)
    return {"losses": torch.stack([_scalar(loss(a[None], b[None], y.view(1, 1))) for a, b, y in pairs])}


def loss_of_batch(ns, case):
    """The loss of a batch with labels of both shapes, of each of its pairs on its own, and its gradients."""
    one, other = case["output1"].requires_grad_(), case["output2"].requires_grad_()
    label = case["label"]
    loss = _loss(ns, case)
    column = loss(one, other, label.view(-1, 1))
    observed = {"column": _scalar(column), "row": _scalar(loss(one, other, label))}
    with torch.no_grad():
        observed |= loss_of_pairs(ns, case)
    observed["swapped"] = _scalar(loss(other, one, label.view(-1, 1)))
    if torch.is_tensor(column) and column.requires_grad:
        column.sum().backward()
    for name, leaf in (("first_grad", one), ("second_grad", other)):
        observed[name] = torch.zeros_like(leaf) if leaf.grad is None else leaf.grad
    return observed


# 3: the pairs


def item(ns, case):
    """What an item is, in which mode the transform gets its pictures, and an item without a transform."""
    modes = []

    def transform(picture):
        modes.append(picture.mode)
        return _pixels(picture)

    with _folder(case["people"].tolist()) as given:
        data = ns["SiameseNetworkDataset"](given, transform=transform)
        first, second, label = data[0]
        plain = ns["SiameseNetworkDataset"](given)[0]
    return {
        "length": torch.tensor(len(data)),
        "shapes": torch.tensor([first.shape, second.shape]),
        "label_shape": torch.tensor(torch.as_tensor(label).shape),
        "label_type": str(getattr(label, "dtype", type(label))),
        "modes": " ".join(sorted(set(modes))),
        "without_transform": torch.tensor(len(plain)),
    }


def pairs(ns, case):
    """Which pictures, by number, the data set puts together how, drawn `draws` times."""
    with _folder(case["people"].tolist()) as given:
        data = ns["SiameseNetworkDataset"](given, transform=_pixels)
        length = len(data)
        items = [data[number % max(length, 1)] for number in range(case["draws"])]
    count = len(case["people"])
    return {
        "first": torch.tensor([_number(item[0], count) for item in items]),
        "second": torch.tensor([_number(item[1], count) for item in items]),
        "label": torch.tensor([float(item[2]) for item in items]),
    }


# 4: the network


def network(ns, case):
    """What goes into each layer with weights and comes out, in train mode; the number of parameters."""
    torch.manual_seed(case["seed"])
    net = ns["SiameseNetwork"]()
    net.train()
    calls = []

    def look(module, inputs, output):
        calls.append((module, inputs[0].detach().clone(), output.detach().clone()))

    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            module.register_forward_hook(look)
    output = net.forward_each(case["images"])
    observed = {"output": output.detach().clone(), "layers": torch.tensor(len(calls))}
    for number, (module, into, out) in enumerate(calls[:6], 1):
        # Every 16th map of the first convolution will do: what follows it takes each map on its own.
        observed[f"into_{number}"] = into[:, ::16] if number == 2 else into
        observed[f"out_of_{number}"] = out[:, ::16] if number == 1 else out
        stride = module.stride if isinstance(module, nn.Conv2d) else (0, 0)
        observed[f"layer_{number}"] = torch.tensor([*module.weight.shape, *stride])
    observed["parameters"] = torch.tensor(sum(p.numel() for p in net.parameters()))
    return observed


def twins(ns, case):
    """Both streams on two batches, in eval mode: together, swapped, and each on its own."""
    torch.manual_seed(case["seed"])
    net = ns["SiameseNetwork"]()
    net.eval()
    one, other = case["images"].chunk(2)
    with torch.no_grad():
        together = net(one, other)
        swapped = net(other, one)
        return {
            "count": torch.tensor(len(together)),
            "first": together[0],
            "second": together[1],
            "first_swapped": swapped[1],
            "second_swapped": swapped[0],
            "first_alone": net.forward_each(one),
            "second_alone": net.forward_each(other),
        }


# 5: people it never saw


def embeddings(ns, case):
    """Embeddings of pictures, in no order and without names, by the weights that were handed in."""
    net = ns["SiameseNetwork"]()
    net.load_state_dict(read_weights(WEIGHTS))
    net.eval()
    pictures = nn.functional.interpolate(case["pictures"], size=(128, 128), mode="bilinear")
    with torch.no_grad():
        return {"embeddings": torch.cat([net.forward_each(batch) for batch in pictures.split(32)])}


# helpers


def _loss(ns, case):
    """The loss with the case's margin, or with its own where the case has none."""
    return ns["ContrastiveLoss"](margin=case["margin"]) if "margin" in case else ns["ContrastiveLoss"]()


def _scalar(value):
    return torch.as_tensor(value).detach()


class _Folder(SimpleNamespace):
    """What torchvision's `ImageFolder` is: `.imgs` and more, and a list of (coloured picture, person)."""

    def __len__(self):
        return len(self.imgs)

    def __getitem__(self, number):
        path, person = self.imgs[number]
        with Image.open(path) as picture:
            return picture.convert("RGB"), person


@contextmanager
def _folder(people: list[int]):
    """A folder with a picture of each of these people, while it is needed.

    Each picture has a grey of its own, by which it is known again: in colour, unless it is made grey.
    """
    with tempfile.TemporaryDirectory(dir=".") as root:  # the one place that the sandbox lets write
        imgs = [(_picture(Path(root), number, person), person) for number, person in enumerate(people)]
        names = [f"s{person}" for person in sorted(set(people))]
        numbers = {name: number for number, name in enumerate(names)}
        yield _Folder(imgs=imgs, samples=imgs, targets=people, classes=names, class_to_idx=numbers, root=root)


def _picture(folder: Path, number: int, person: int) -> str:
    """A small picture whose grey is 8 x its number + 4, and which is coloured."""
    grey = 8 * number + 4
    pixels = np.full((4, 4, 3), grey, dtype=np.uint8)
    path = folder / f"s{person}" / f"{number}.png"
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(pixels).save(path)
    return str(path)


def _pixels(picture: Image.Image) -> torch.Tensor:
    """A picture in any mode as (1, height, width), grey."""
    return torch.from_numpy(np.asarray(picture.convert("L"), dtype=np.float32) / 255)[None]


def _number(picture, count: int) -> int:
    """Which picture this is; `count` for none of them."""
    grey = float(torch.as_tensor(picture).float().mean()) * 255
    number = round((grey - 4) / 8)
    return number if 0 <= number < count and abs(8 * number + 4 - grey) < 1 else count
