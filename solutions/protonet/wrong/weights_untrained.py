"""The network in the file has not been trained.
Save it after the training: the file holds the weights of the moment in which it was written."""

LOSES = {"3.5"}


def hand_in(files):
    import io
    import sys
    from pathlib import Path

    import torch

    sys.path.insert(0, str(Path(__file__).parents[3] / "assignments/protonet"))
    from encoder import OmniGlotEncoder

    torch.manual_seed(0)
    weights = {f"encoder.{name}": tensor for name, tensor in OmniGlotEncoder().state_dict().items()}
    file = io.BytesIO()
    torch.save({"proto_net": weights, "trained_on": "glyphs"}, file)
    return {"protonet-trained.pth": file.getvalue()}
