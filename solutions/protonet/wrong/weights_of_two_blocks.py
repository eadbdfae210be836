"""The file holds another network than the lab's. A person looks at it."""

LOSES = {"3.5"}


def hand_in(files):
    import io

    import torch

    state = torch.load(io.BytesIO(files["protonet-trained.pth"]), weights_only=True)
    state["proto_net"] = dict(list(state["proto_net"].items())[:14])
    file = io.BytesIO()
    torch.save(state, file)
    return {"protonet-trained.pth": file.getvalue()}
