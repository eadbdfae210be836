"""The network in the file has another embedding size than the lab's.
Train with EMB_DIM = 64."""

LOSES = {"3.5"}


def hand_in(files):
    import io

    import torch

    state = torch.load(io.BytesIO(files["protonet-trained.pth"]), weights_only=True)
    state["proto_net"] = {
        name: tensor[:32] if name.startswith("encoder.blocks.3") and tensor.ndim else tensor
        for name, tensor in state["proto_net"].items()
    }
    file = io.BytesIO()
    torch.save(state, file)
    return {"protonet-trained.pth": file.getvalue()}
