"""These are the weights that come with the lab.
Train your own."""

LOSES = {"3b", "3d", "3e"}


def hand_in(files):
    from pathlib import Path

    released = Path(__file__).parents[3] / "fixtures/metric_embedding/checkpoints"
    own = ("metric-embedding.pth", "metric-embedding-without-0.pth")
    return files | {name: (released / f"released-{name}").read_bytes() for name in own}
