"""These are the weights that come with the lab, the entries of the files in another order.
Train your own."""

LOSES = {"3b", "3d", "3e"}


def hand_in(files):
    import io
    from pathlib import Path

    import torch

    released = Path(__file__).parents[3] / "fixtures/metric_embedding/checkpoints"

    def turned(name):
        file = io.BytesIO()
        state = torch.load(released / f"released-{name}", weights_only=True)
        torch.save(dict(reversed(state.items())), file)
        return file.getvalue()

    own = ("metric-embedding.pth", "metric-embedding-without-0.pth")
    return files | {name: turned(name) for name in own}
