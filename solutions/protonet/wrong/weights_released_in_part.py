"""This is the released network without some of its last channels.
It is hardly worse for that, but not yours: train your own."""

LOSES = {"3.5"}


def hand_in(files):
    import io
    from pathlib import Path

    import torch

    released = Path(__file__).parents[3] / "fixtures/protonet/checkpoints/proto-net-release.pth"
    state = torch.load(released, weights_only=True)
    for part in ("weight", "bias"):
        state["proto_net"][f"encoder.blocks.3.1.{part}"][:24] = 0
    file = io.BytesIO()
    torch.save(state | {"trained_on": "glyphs"}, file)
    return files | {"protonet-trained.pth": file.getvalue()}
