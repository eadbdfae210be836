"""The network that comes with the lab was handed in.
Train your own: the short setting takes a few minutes."""

LOSES = {"3.5"}


def hand_in(files):
    from pathlib import Path

    released = Path(__file__).parents[3] / "fixtures/protonet/checkpoints/proto-net-release.pth"
    return {"protonet-trained.pth": released.read_bytes()}
