"""The file holds a bare state dict.
Use `save_checkpoint`, which says whose weights they are and what they were trained on."""

LOSES = {"3.5"}


def hand_in(files):
    import io

    import torch

    state = torch.load(io.BytesIO(files["protonet-trained.pth"]), weights_only=True)
    file = io.BytesIO()
    torch.save(state["proto_net"], file)
    return {"protonet-trained.pth": file.getvalue()}
