"""Views for a laptop, and what features are worth with few labels: given."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset, Sampler

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
DECAYS = (1e-3, 1e-2, 1e-1)  # of the linear layer's weights; the best on held-out labels is taken


def mild_views(size: int, blur: float, solarise: float) -> Callable[[Any], Tensor]:
    """The augmentations of BYOL for a training of some hundred steps: picture -> view (3, size, size).

    Crops keep at least 35 % of the area, and the blur's sigma is in proportion to the size, as if the paper's
    0.1 to 2.0 were pixels of a view of 224.
    """
    from torchvision import transforms

    scale = size / 224
    return transforms.Compose(
        [
            transforms.RandomResizedCrop(size, scale=(0.35, 1)),
            transforms.RandomHorizontalFlip(),
            transforms.RandomApply([transforms.ColorJitter(0.4, 0.4, 0.2, 0.1)], 0.8),
            transforms.RandomGrayscale(0.2),
            transforms.RandomApply([transforms.GaussianBlur(3, (0.1 * scale, 2 * scale))], blur),
            transforms.RandomSolarize(128, solarise),
            transforms.ToTensor(),
            transforms.Normalize(MEAN, STD),
        ]
    )


class Steps(Sampler[int]):
    """Rows in random order, over and over, `draws` in all: a training of as many steps for any number of
    rows.
    """

    def __init__(self, rows: int, draws: int) -> None:
        self.rows, self.draws = rows, draws

    def __len__(self) -> int:
        return self.draws

    def __iter__(self) -> Iterator[int]:
        rounds = -(-self.draws // self.rows)
        yield from torch.cat([torch.randperm(self.rows) for _ in range(rounds)])[: self.draws].tolist()


def let_rate_fall(optimizer: torch.optim.Optimizer, steps: int) -> None:
    """From now on the learning rate falls along half a cosine, to 0 after so many steps of the optimizer."""
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    optimizer.register_step_post_hook(lambda *_: schedule.step())


def few_labels(labels: Any, count: int, seed: int) -> list[int]:
    """Rows of `count` images of each class, drawn by `seed`."""
    labels = torch.as_tensor(labels)
    generator = torch.Generator().manual_seed(seed)
    rows = []
    for label in labels.unique():
        of_class = (labels == label).nonzero().flatten()
        rows.append(of_class[torch.randperm(len(of_class), generator=generator)[:count]])
    return torch.cat(rows).tolist()


@torch.no_grad()
def features_of(encoder: nn.Module, data: Dataset[Any], device: torch.device) -> tuple[Tensor, Tensor]:
    """Features (N, D) of all images, in eval mode, and their labels (N,). The encoder keeps its mode."""
    training = encoder.training
    encoder.eval()
    parts = [(encoder(images.to(device)).cpu(), labels) for images, labels in DataLoader(data, 250)]
    encoder.train(training)
    return torch.cat([features for features, _ in parts]), torch.cat([labels for _, labels in parts])


def linear_accuracies(
    encoder: nn.Module,
    train: Dataset[Any],
    test: Dataset[Any],
    counts: Sequence[int],
    draws: int,
    device: torch.device,
) -> list[list[float]]:
    """Accuracy on `test` of linear layers on frozen features, by number of labels per class and draw of
    labels.
    """
    features, labels = features_of(encoder, train, device)
    mean, deviation = features.mean(dim=0), features.std(dim=0) + 1e-6
    test_features, test_labels = features_of(encoder, test, device)
    features, test_features = (features - mean) / deviation, (test_features - mean) / deviation
    found = []
    for count in counts:
        of_count = []
        for seed in range(draws):
            rows = few_labels(labels, count, seed)
            layer = best_layer(features[rows], labels[rows], seed)
            of_count.append((layer(test_features).argmax(dim=1) == test_labels).float().mean().item())
        found.append(of_count)
    return found


def best_layer(features: Tensor, labels: Tensor, seed: int) -> nn.Linear:
    """A linear classifier; how strongly its weights are held small is chosen on a fifth of the labels."""
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    held, rest = order[: len(order) // 5], order[len(order) // 5 :]
    shares = []
    for decay in DECAYS:
        layer = linear_layer(features[rest], labels[rest], decay)
        shares.append((layer(features[held]).argmax(dim=1) == labels[held]).float().mean().item())
    return linear_layer(features, labels, DECAYS[max(range(len(DECAYS)), key=shares.__getitem__)])


def linear_layer(features: Tensor, labels: Tensor, decay: float) -> nn.Linear:
    """Logistic regression with weight decay: the same for the same data, since the problem is convex."""
    layer = nn.Linear(features.shape[1], int(labels.max()) + 1)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    optimizer = torch.optim.LBFGS(layer.parameters(), max_iter=60, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = F.cross_entropy(layer(features), labels) + decay * layer.weight.square().sum() / 2
        value.backward()
        return value

    optimizer.step(loss)
    return layer.requires_grad_(False)
