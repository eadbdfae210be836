"""Every drawing gets the same embedding: all weights are zero, so all prototypes are one point.
Did the loss become NaN or stay at ln 20 throughout? Start again, perhaps with a smaller learning rate."""

LOSES = {"3.5"}


def hand_in(files):
    import io
    import sys
    from pathlib import Path

    import torch

    sys.path.insert(0, str(Path(__file__).parents[3] / "assignments/protonet"))
    from encoder import OmniGlotEncoder

    state = OmniGlotEncoder().state_dict()
    weights = {f"encoder.{name}": torch.zeros_like(tensor) for name, tensor in state.items()}
    file = io.BytesIO()
    torch.save({"proto_net": weights, "trained_on": "glyphs"}, file)
    return {"protonet-trained.pth": file.getvalue()}
