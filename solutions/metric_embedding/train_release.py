"""Train the networks of the metric embedding lab with the lab's own reference answers.

    COURSE_DATA=... python solutions/metric_embedding/train_release.py release --out runs/metric
    python solutions/metric_embedding/train_release.py ship runs/metric
    python solutions/metric_embedding/train_release.py reference
    python solutions/metric_embedding/train_release.py variants [NAME...]
    python solutions/metric_embedding/train_release.py limits

`release` trains on the real MNIST and measures what the lab's README states; `ship` enters the result among
the fixtures. `reference` trains what the reference submission hands in, on the 5,000 packaged digits, as a
student without the real set does. `variants` does it, more quickly, for each wrong answer and accepted
variant whose network has another shape: its file takes the weights from `variants/NAME`. `limits` measures
all of these, and untrained networks of the same shapes, as the graders do.
"""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / part) for part in ("assignments/metric_embedding", "", "autograder/graders")]

import numpy as np
import torch
from metric_embedding import files
from metric_embedding.shapes import matched

from autograder.authoring.master import read_master
from autograder.authoring.notebook import solved_notebook
from autograder.course.layout import Assignment
from autograder.sandbox.runner import run_cells
from autograder.submission import Cell
from autograder.submission.extract import cells_from_notebook
from autograder.submission.policy import policy_of
from data_utils.cases import read_case
from data_utils.manifest import record
from data_utils.mnist import MNISTFolder, find_mnist
from data_utils.seeding import seed_everything

LAB = Assignment(ROOT, "metric_embedding")
FIXTURES = LAB.fixtures_dir
HANDED_IN = LAB.solution_dir / "files"
SEED = 42
EPOCHS = {"mnist": 3, "digits": 12}  # as in the full setting of the notebook
FILES = {None: "metric-embedding.pth", 0: "metric-embedding-without-0.pth"}


def namespace(data: MNISTFolder, epochs: int, variant: Path | None = None) -> dict:
    """The definitions of the solved notebook, and of one file of the bank, with the settings for `data`."""
    notebook = solved_notebook(read_master(LAB.master), LAB.name)
    cells = cells_from_notebook(notebook.encode(), f"{LAB.name}.ipynb", policy_of(notebook))
    if variant:
        cells += (Cell(variant.name, None, variant.read_text()),)
    made = run_cells(cells, (), definitions_only=True, report=lambda _: None)
    made.update(data=data, EPOCHS=epochs, DEVICE=torch.device("cpu"))
    return made


def train(made: dict, removed: int | None, name: str) -> tuple:
    """The trained network, and the accuracy on each digit's test images and on all of them, in percent."""
    seed_everything(SEED)
    model, representations, history = made["fit"](removed)
    loader = torch.utils.data.DataLoader(made["MNISTMetricDataset"](made["data"].root, "test"), 256)
    predicted, target = made["predict"](model, representations, loader)
    right = (predicted == target).float()
    figures = {
        "epochs": [{key: round(value, 4) for key, value in epoch.items()} for epoch in history],
        "test_accuracy": round(100 * right.mean().item(), 2),
        "test_accuracy_on_0": round(100 * right[target == 0].mean().item(), 2),
    }
    print(f"{name}, {made['data'].source}, without {removed}: {json.dumps(figures)}", flush=True)
    return model, figures


def release(out: Path) -> None:
    """Both networks and image space on the real set; files and figures into `out`."""
    data = find_mnist()
    if data.source != "mnist":
        sys.exit("The released networks are trained on the real MNIST: set COURSE_DATA to its folder.")
    out.mkdir(parents=True, exist_ok=True)
    made = namespace(data, EPOCHS["mnist"])
    dataset, loader = made["MNISTMetricDataset"], torch.utils.data.DataLoader
    pixels, known = made["IdentityModel"](), loader(dataset(data.root, "traineval"), 256)
    means = made["compute_representations"](pixels, known, 10, emb_size=784)
    accuracy = made["evaluate"](pixels, means, loader(dataset(data.root, "test"), 256))
    print(f"image space: {100 * accuracy:.2f} %", flush=True)
    found = {"image_space": round(100 * accuracy, 2)}
    for removed, name in FILES.items():
        model, found[name] = train(made, removed, "release")
        torch.save(model.state_dict(), out / f"released-{name}")
    (out / "figures.json").write_text(json.dumps(found, indent=1) + "\n")


def ship(trained: Path) -> None:
    """Copy the released networks into the lab and say in the manifest what they are."""
    figures = json.loads((trained / "figures.json").read_text())
    for name in FILES.values():
        target = FIXTURES / "checkpoints" / f"released-{name}"
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(trained / target.name, target)
        command = (
            "COURSE_DATA=... python solutions/metric_embedding/train_release.py release --out runs/metric"
        )
        record(FIXTURES, target, command=command, seed=SEED, trained_on="mnist", **figures[name])
        print(target, target.stat().st_size, "bytes", figures[name])


def reference() -> None:
    """Both networks of the reference submission, exactly as its notebook trains them."""
    made = namespace(_digits(), EPOCHS["digits"])
    for removed, file in FILES.items():
        model, _ = train(made, removed, "reference")
        torch.save(model.state_dict(), HANDED_IN / file)


def variants(names: list[str]) -> None:
    """All files of the bank that take weights of their own, or those with these names."""
    for path in _files_with_weights():
        if not names or path.stem in names:
            variant(path)


def variant(path: Path) -> None:
    """One of them, quickly: without zeros first, then a little longer with them; in half precision."""
    seed_everything(SEED)
    made = namespace(_digits(), 0, path)
    folder = HANDED_IN / "variants" / path.stem
    folder.mkdir(parents=True, exist_ok=True)
    model = made["SimpleMetricEmbedding"](1)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    hardly = path.stem == "weights_hardly_trained"
    for removed, epochs in [(None, 1)] if hardly else [(0, 8), (None, 2)]:
        images = made["MNISTMetricDataset"](made["data"].root, "train", removed)
        if hardly:
            images = torch.utils.data.Subset(images, range(20 * 64))
        loader = torch.utils.data.DataLoader(images, 64, shuffle=True, drop_last=True)
        losses = [made["train"](model, optimizer, loader) for _ in range(epochs)]
        state = {key: value.half() for key, value in model.state_dict().items()}
        torch.save(state, folder / FILES[removed])
        known, unseen = (
            torch.utils.data.DataLoader(made["MNISTMetricDataset"](made["data"].root, split), 256)
            for split in ("traineval", "test")
        )
        means = made["compute_representations"](model, known, 10)
        accuracy = made["evaluate"](model, means, unseen)
        print(f"{path.stem} without {removed}: {losses[-1]:.4f}, {100 * accuracy:.2f} %", flush=True)


def limits() -> None:
    """Ranges of right digits and of gains over shuffled kernels: the bank's networks, and untrained ones."""
    for path in [None, *_files_with_weights()]:
        made = namespace(_digits(), 0, path)
        folder = HANDED_IN / f"variants/{path.stem}" if path else HANDED_IN
        trained = [
            _right_and_gain(made, probe, torch.load(folder / file, weights_only=True))
            for file, probe in zip(FILES.values(), ("trained_on_all", "trained_without_0"), strict=True)
            if (folder / file).exists()
        ]
        untrained = []
        for seed in range(10):
            torch.manual_seed(seed)
            fresh = made["SimpleMetricEmbedding"](1).state_dict()
            untrained.append(_right_and_gain(made, "trained_on_all", fresh))
        for name, found in (("trained", trained), ("untrained", untrained)):
            low, high = np.concatenate(found).min(axis=0), np.concatenate(found).max(axis=0)
            print(
                f"{path.stem if path else 'reference':<34}{name:<11}right {low[0]:5.1f} to {high[0]:.1f} %   "
                f"gain {low[1]:5.1f} to {high[1]:.1f}",
                flush=True,
            )


def _right_and_gain(made: dict, probe: str, state: dict) -> list[tuple[float, float]]:
    """In percent, on the sample and on the secret digits of a probe."""
    model = made["SimpleMetricEmbedding"](1)
    model.load_state_dict(state)
    found = []
    for part in ("sample", "secret"):
        case = read_case((FIXTURES / part / f"{probe}.json").read_text())
        with torch.no_grad():
            embeddings = model.eval().get_features(case["images"]).numpy()
        arrays = {name: value.float().numpy() for name, value in state.items() if value.dim()}
        network = matched(files.weights_of(arrays), case["images"].numpy(), embeddings)
        found.append(tuple(100 * share for share in files.worth(network, case["measured_on"])))
    return found


def _files_with_weights() -> list[Path]:
    """The files of the bank whose networks have weights of their own."""
    files = sorted([*LAB.solution_dir.glob("accepted/*.py"), *LAB.solution_dir.glob("wrong/*.py")])
    return [path for path in files if f'Path("variants/{path.stem}")' in path.read_text()]


def _digits() -> MNISTFolder:
    """The packaged digits, also where the real set is."""
    os.environ.pop("COURSE_DATA", None)
    found = find_mnist()
    if found.source != "digits":
        sys.exit(
            f"The real set lies in {found.root}: move it away, or set XDG_CACHE_HOME to an empty folder."
        )
    return found


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("release").add_argument("--out", type=Path, required=True)
    commands.add_parser("ship").add_argument("trained", type=Path)
    commands.add_parser("reference")
    commands.add_parser("variants").add_argument("names", nargs="*")
    commands.add_parser("limits")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    if args.command == "release":
        release(args.out)
    elif args.command == "ship":
        ship(args.trained)
    elif args.command == "reference":
        reference()
    elif args.command == "limits":
        limits()
    else:
        variants(args.names)


if __name__ == "__main__":
    main()
