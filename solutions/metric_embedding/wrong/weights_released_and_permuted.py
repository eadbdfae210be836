"""These are the weights that come with the lab, renamed, the maps of each block in another order.
Train your own."""

LOSES = {"3b", "3d", "3e"}


def hand_in(files):
    import io
    from pathlib import Path

    import torch

    released = Path(__file__).parents[3] / "fixtures/metric_embedding/checkpoints"

    def permuted(name):
        file = io.BytesIO()
        state = torch.load(released / f"released-{name}", weights_only=True)
        turned = {key.replace("block", "layer"): _turned(key, value) for key, value in state.items()}
        torch.save(turned, file)
        return file.getvalue()

    def _turned(key, value):
        after_images = key.startswith("block1")
        if value.dim() == 4:
            value = value.flip(0)
            return value if after_images else value.flip(1)
        return value.flip(0) if value.dim() and not (after_images and key[7] == "0") else value

    own = ("metric-embedding.pth", "metric-embedding-without-0.pth")
    return files | {name: permuted(name) for name in own}
