"""Make the cases of the Siamese lab: `python solutions/siamese/make_fixtures.py`.

Same files every time. The people whom handed-in weights are measured on are drawn ones of their own; who is
on which picture lies beside the cases, in `people/`, since a case is seen by the submission.
"""

import json
import sys
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from data_utils.cases import pack, write_case
from data_utils.manifest import record
from data_utils.people import draw_people

FIXTURES = ROOT / "fixtures/siamese"
SIDE = 64  # pixels: the probe enlarges them to the network's 128


def main() -> None:
    """Write all cases."""
    for part, seed in (("sample", 100), ("secret", 200)):
        generator = torch.Generator().manual_seed(seed)
        folder = FIXTURES / part
        (folder / "people").mkdir(parents=True, exist_ok=True)
        for name, text in cases(part, seed, generator).items():
            (folder / f"{name}.json").write_text(text)
        for path in (*folder.glob("*.json"), *folder.glob("people/*.json")):
            record(FIXTURES, path, command="python solutions/siamese/make_fixtures.py", seed=seed)


def cases(part: str, seed: int, g: torch.Generator) -> dict[str, str]:
    """All cases of a part by file name."""
    if part == "sample":
        return {
            "gradients": outputs("gradients", g, batch=6, width=3, margin=2.0),
            "pairs_of_outputs": outputs("loss_of_pairs", g, batch=6, width=3, margin=None),
            "batch": outputs("loss_of_batch", g, batch=6, width=3, margin=1.5),
            "item": write_case("item", people=torch.tensor([0, 1, 0, 1])),
            "pairs": pairs([4, 3, 5], draws=1000, g=g),
            "network": images("network", g, 3),
            "twins": images("twins", g, 4),
            "embeddings": pictures(part, seed, people=6),
        }
    return {
        "gradients": outputs("gradients", g, batch=8, width=5, margin=1.25),
        "gradient_of_one": outputs("gradients", g, batch=1, width=2, margin=3.0),
        "gradients_of_one_class": outputs("gradients", g, batch=4, width=2, margin=2.0, label=0),
        "gradients_of_two_classes": outputs("gradients", g, batch=6, width=4, margin=2.5, label=1),
        "pairs_of_outputs": outputs("loss_of_pairs", g, batch=8, width=5, margin=None),
        "pairs_with_a_margin": outputs("loss_of_pairs", g, batch=8, width=2, margin=3.5),
        "batch": outputs("loss_of_batch", g, batch=7, width=4, margin=2.5),
        "batch_of_one": outputs("loss_of_batch", g, batch=1, width=4, margin=2.5),
        "item": write_case("item", people=torch.tensor([0, 2, 1, 2, 0, 1, 2])),
        "pairs": pairs([3, 7, 4, 6, 5], draws=1500, g=g),
        "pairs_of_two_people": pairs([4, 4], draws=600, g=g),
        "network": images("network", g, 2),
        "twins": images("twins", g, 6),
        "embeddings": pictures(part, seed, people=14),
    }


def outputs(probe, g, batch, width, margin, label=None):
    """Outputs of both streams and labels of both kinds; margins that some of the different pairs keep.

    No distance is near 0 or the margin, where derivatives are free to choose; but where only values are asked
    for, there is a pair of equal outputs of one class.
    """
    least = 2.0 if margin is None else margin
    direction = F.normalize(torch.randn(batch, width, generator=g), dim=1)
    kinds = torch.tensor(
        [[0.0, 1.0][i % 2] for i in range(batch)] if label is None else [float(label)] * batch
    )
    lengths = least * torch.tensor([(0.35, 0.3, 1.4, 0.7, 0.8, 1.6)[i % 6] for i in range(batch)])
    if probe == "loss_of_pairs":
        lengths[0] = 0
    one = torch.randn(batch, width, generator=g)
    order = torch.randperm(batch, generator=g)
    given = {"output1": one, "output2": one + direction * lengths[:, None], "label": kinds}
    values = {name: _short(value[order]) for name, value in given.items()}
    return write_case(probe, **values, **({} if margin is None else {"margin": margin}))


def pairs(counts, draws, g):
    """So many pictures of each person, in any order."""
    people = torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts))
    return write_case("pairs", people=people[torch.randperm(len(people), generator=g)], draws=draws)


def images(probe, g, count):
    """Smooth noise."""
    coarse = torch.rand(count, 1, 8, 8, generator=g)
    smooth = F.interpolate(coarse, size=128, mode="bicubic").clamp(0, 1)
    return write_case(probe, images=pack((smooth * 255).round() / 255, 255), seed=7)


def pictures(part, seed, people):
    """Ten pictures of each of so many people, shuffled; who is who lies apart."""
    drawn = torch.from_numpy(draw_people(seed, people, 10)).flatten(0, 1)[:, None].float()
    small = F.interpolate(drawn, size=(SIDE, SIDE), mode="bilinear", antialias=True).round().clamp(0, 255)
    order = torch.randperm(len(small), generator=torch.Generator().manual_seed(seed))
    name = f"{part}/people/embeddings.json"
    (FIXTURES / name).write_text(json.dumps((order // 10).tolist()) + "\n")
    return write_case("embeddings", pictures=pack(small[order] / 255, 255), people_file=name)


def _short(values: Tensor) -> Tensor:
    """Rounded to multiples of 1/1024: short to write, exact in float32."""
    return (values * 1024).round() / 1024


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
