"""The handed-in network has layers of other sizes."""

import io

import torch
from tests.hostile.handing_in import write

LOST = {"3.5": "pending"}


def build(room, student, notebook, files):
    released = torch.load(io.BytesIO(files["protonet-trained.pth"]), weights_only=True)["proto_net"]
    state = {name: torch.zeros(2, 2) for name in released}
    packed = io.BytesIO()
    torch.save({"proto_net": state}, packed)
    write(room / student, notebook, {"protonet-trained.pth": packed.getvalue()})
