"""This is the network that comes with the lab without its last two layers.
It tells the drawn people apart better than with them, and yet nobody has trained it: train your own."""

LOSES = {"5.1"}


def hand_in(files):
    import io
    from pathlib import Path

    import torch

    released = Path(__file__).parents[3] / "fixtures/siamese/checkpoints/siamese-release.pth"
    state = torch.load(released, weights_only=True)
    file = io.BytesIO()
    torch.save({name: of for name, of in state.items() if not name.startswith(("head.4", "head.6"))}, file)
    return files | {"siamese.pth": file.getvalue()}
