"""Every drawing gets the same embedding: all weights are zero, so all prototypes are one point.
Did the loss become NaN or stay at ln 20 throughout? Start again, perhaps with a smaller learning rate."""

LOSES = {"3.5"}


def hand_in(files):
    import io

    import torch

    name = "protonet-trained.pth"
    saved = torch.load(io.BytesIO(files[name]), weights_only=True)
    saved["proto_net"] = {key: torch.zeros_like(tensor) for key, tensor in saved["proto_net"].items()}
    file = io.BytesIO()
    torch.save(saved, file)
    return {name: file.getvalue()}
