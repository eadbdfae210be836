"""These are the weights that come with the lab without some of the last maps.
They are hardly worse for that, but not yours: train your own."""

LOSES = {"3b", "3d", "3e"}


def hand_in(files):
    import io
    from pathlib import Path

    import torch

    released = Path(__file__).parents[3] / "fixtures/metric_embedding/checkpoints"

    def without_some(name):
        state = torch.load(released / f"released-{name}", weights_only=True)
        for part in ("weight", "bias"):
            state[f"block3.2.{part}"][:12] = 0
        file = io.BytesIO()
        torch.save(state, file)
        return file.getvalue()

    own = ("metric-embedding.pth", "metric-embedding-without-0.pth")
    return files | {name: without_some(name) for name in own}
