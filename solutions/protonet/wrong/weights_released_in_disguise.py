"""This is the released network with its channels in another order. It does the same: train your own."""

LOSES = {"3.5"}


def hand_in(files):
    import io
    from pathlib import Path

    import torch

    released = Path(__file__).parents[3] / "fixtures/protonet/checkpoints/proto-net-release.pth"
    state = torch.load(released, weights_only=True)
    weights = state["proto_net"]
    order = torch.randperm(64, generator=torch.Generator().manual_seed(0))
    for name in [name for name in weights if name.startswith("encoder.blocks.0.") and weights[name].ndim]:
        weights[name] = weights[name][order]
    weights["encoder.blocks.1.0.weight"] = weights["encoder.blocks.1.0.weight"][:, order]
    out = io.BytesIO()
    torch.save(state, out)
    return files | {"protonet-trained.pth": out.getvalue()}
