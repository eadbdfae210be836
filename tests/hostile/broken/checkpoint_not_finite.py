"""A network whose weights are NaN and infinite."""

import io

import torch
from tests.hostile.handing_in import write

LOST = {"3.5": "failed"}


def build(room, student, notebook, files):
    released = torch.load(io.BytesIO(files["protonet-trained.pth"]), weights_only=True)
    weights = released["proto_net"]
    for number, name in enumerate(weights):
        weights[name] = torch.full_like(weights[name], [float("nan"), float("inf")][number % 2]).to(
            weights[name].dtype
        ) if weights[name].is_floating_point() else weights[name]
    packed = io.BytesIO()
    torch.save(released, packed)
    write(room / student, notebook, {"protonet-trained.pth": packed.getvalue()})
