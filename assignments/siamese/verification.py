"""Given: people to train on, embeddings of people, and how well distances tell who is who."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from data_utils.faces import FaceFolders, drawn_faces, read_people

if TYPE_CHECKING:
    from torchvision.datasets import ImageFolder

SIZE = 128  # pixels, height and width of what the network is given


def to_tensor(picture: Image.Image) -> Tensor:
    """A grey picture as (1, 128, 128), float32 in [0, 1], squeezed to a square."""
    small = picture.resize((SIZE, SIZE), Image.Resampling.BILINEAR)
    return torch.from_numpy(np.asarray(small, dtype=np.float32) / 255)[None]


def training_people(faces: FaceFolders) -> "ImageFolder":
    """The people to train on, as torchvision's `ImageFolder`: `.imgs` is a list of (path, person's number).

    Where the real faces are at hand, the drawn people join them: those whom the grader measures on are drawn.
    """
    from torchvision.datasets import ImageFolder

    people = ImageFolder(str(drawn_faces().root / "training"))
    if faces.source == "att_faces":
        real = ImageFolder(str(faces.root / "training"))
        people.imgs = people.imgs + [(path, number + len(people.classes)) for path, number in real.imgs]
        people.samples, people.classes = (
            people.imgs,
            people.classes + [f"real {name}" for name in real.classes],
        )
    return people


@torch.no_grad()
def embed_people(net: nn.Module, faces: FaceFolders, device: torch.device | str = "cpu") -> Tensor:
    """Embeddings (people, pictures, D) of the people in `testing`, in eval mode, on the CPU."""
    net.eval()
    pictures = read_people(faces.root / "testing", SIZE).values()
    return torch.stack([net.forward_each(of_one.to(device)).cpu() for of_one in pictures])


def distances(embeddings: Tensor) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distances of all pairs of pictures: of one person, and of two."""
    people, pictures = embeddings.shape[:2]
    points = embeddings.flatten(0, 1).double()
    person = torch.arange(people).repeat_interleave(pictures)
    row, column = torch.triu_indices(len(points), len(points), 1)
    distance = (points[row] - points[column]).norm(dim=1)
    same = person[row] == person[column]
    return distance[same].numpy(), distance[~same].numpy()


@dataclass(frozen=True)
class Curve:
    """A receiver operating characteristic: shares of pairs taken for one person, threshold by threshold."""

    false: NDArray[np.float64]  # of the pairs of two people
    true: NDArray[np.float64]  # of the pairs of one
    thresholds: NDArray[np.float64]  # distances below which a pair is taken for one person
    area: float

    @property
    def best(self) -> int:
        """Where true and false shares are furthest apart (Youden's J)."""
        return int((self.true - self.false).argmax())


def roc(same: NDArray[np.float64], different: NDArray[np.float64]) -> Curve:
    """The curve of the rule "one person where the distance is small"."""
    from sklearn.metrics import auc, roc_curve

    wanted = np.concatenate([np.ones(len(same)), np.zeros(len(different))])
    false, true, scores = roc_curve(wanted, -np.concatenate([same, different]))
    return Curve(false, true, -scores, float(auc(false, true)))


def one_shot(embeddings: Tensor, ways: int, episodes: int = 2000, seed: int = 0) -> float:
    """The share of episodes in which the nearest of `ways` people, shown by a picture each, is right.

    Raises:
        ValueError: there are fewer people than `ways`.
    """
    people, pictures = embeddings.shape[:2]
    if ways > people:
        raise ValueError(f"There are {people} people, too few for {ways} ways.")
    generator = torch.Generator().manual_seed(seed)
    shown = torch.rand(episodes, people, generator=generator).argsort(dim=1)[:, :ways]  # the first is right
    picture = torch.rand(episodes, ways, pictures, generator=generator).argsort(dim=2)
    query = embeddings[shown[:, 0], picture[:, 0, 1]]
    nearest = (embeddings[shown, picture[:, :, 0]] - query[:, None]).norm(dim=2).argmin(dim=1)
    return (nearest == 0).double().mean().item()
