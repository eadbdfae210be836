"""This is the network that comes with the lab. Train your own: some minutes are enough."""

LOSES = {"5.1"}


def hand_in(files):
    from pathlib import Path

    released = Path(__file__).parents[3] / "fixtures/siamese/checkpoints/siamese-release.pth"
    return files | {"siamese.pth": released.read_bytes()}
