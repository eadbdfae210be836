"""Make the cases of the Siamese lab: `python solutions/siamese/make_fixtures.py`.

Same files every time. The people whom handed-in weights are measured on are drawn ones of their own; they lie
beside the cases, in `people/`, since a case is seen by the submission.
"""

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
SIDE = 64  # pixels: the grader enlarges them to the network's 128


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
            "gradient_of_one": outputs("gradients", g, batch=1, width=3, margin=2.0),
            "gradients_of_two_classes": outputs("gradients", g, batch=4, width=2, margin=2.0, label=1),
            "pairs_of_outputs": outputs("loss_of_pairs", g, batch=6, width=3, margin=None),
            "batch": outputs("loss_of_batch", g, batch=6, width=3, margin=1.5),
            "batch_of_one": outputs("loss_of_batch", g, batch=1, width=3, margin=1.5),
            "item": folder("item", [3, 4], g),
            "pairs": folder("pairs", [4, 3, 3, 4], g, draws=800),
            "pairs_of_two_people": folder("pairs", [3, 4], g, draws=1500),
            "network": images("network", g, 3),
            "twins": images("twins", g, 4),
            "weights": people(part, seed, g, count=14),
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
        "item": folder("item", [3, 2, 3], g),
        "pairs": folder("pairs", [3, 4, 3, 4, 3], g, draws=2000),
        "pairs_of_two_people": folder("pairs", [4, 4], g, draws=1500),
        "network": images("network", g, 3),
        "twins": images("twins", g, 4),
        "weights": people(part, seed, g, count=14),
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


def folder(probe, counts, g, **given):
    """So many pictures of each person in an `ImageFolder`'s order; a name may be the beginning of another's.

    A picture is 4 x 4 fields of a colour of their own, each 2 x 1 pixels: no two pictures are alike, however
    they are turned, mirrored or lit.
    """
    names = ["s1", "s10", "s2", "s3", "s4"][: len(counts)]
    people = torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts))
    fields = torch.randint(256, (len(people), 4, 4, 3), generator=g, dtype=torch.uint8)
    pictures = fields.repeat_interleave(2, dim=1)
    return write_case(probe, people=people, names=names, pictures=pack(pictures), **given)


def images(probe, g, count):
    """Smooth noise; numbers for the weights; an order, and the slope of the loss at each output."""
    coarse = torch.rand(count, 1, 8, 8, generator=g)
    smooth = F.interpolate(coarse, size=128, mode="bicubic").clamp(0, 1)
    given = {
        "images": pack((smooth * 255).round() / 255, 255),
        "numbers": _short(torch.randn(1009, generator=g)),
    }
    if probe == "twins":
        given |= {"order": torch.arange(count).roll(1), "slopes": _short(torch.randn(count, 2, generator=g))}
    return write_case(probe, seed=7, **given)


def people(part, seed, g, count):
    """Smooth noise, and the name of a file that the sandbox never sees: ten pictures each of drawn people."""
    drawn = torch.from_numpy(draw_people(seed, count, 10)).flatten(0, 1)[:, None].float()
    small = F.interpolate(drawn, size=(SIDE, SIDE), mode="bilinear", antialias=True).round().clamp(0, 255)
    name = f"{part}/people/weights.json"
    who = torch.arange(count).repeat_interleave(10)
    (FIXTURES / name).write_text(write_case("weights", pictures=pack(small / 255, 255), people=who))
    coarse = torch.rand(3, 1, 8, 8, generator=g)
    noise = (F.interpolate(coarse, size=128, mode="bicubic").clamp(0, 1) * 255).round() / 255
    return write_case("weights", images=pack(noise, 255), people_file=name)


def _short(values: Tensor) -> Tensor:
    """Rounded to multiples of 1/1024: short to write, exact in float32."""
    return (values * 1024).round() / 1024


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
