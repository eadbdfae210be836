"""Some weights are NaN: the training has diverged.
Start again from fresh weights, perhaps with a smaller learning rate."""

LOSES = {"3.5"}


def hand_in(files):
    import io

    import torch

    state = torch.load(io.BytesIO(files["protonet-trained.pth"]), weights_only=True)
    state["proto_net"]["encoder.blocks.0.0.weight"][0] = torch.nan
    file = io.BytesIO()
    torch.save(state, file)
    return {"protonet-trained.pth": file.getvalue()}
