"""A network of tensors on the meta device, sparse and complex: with the right names and nothing to compute."""

import io

import torch
from tests.hostile.handing_in import write

LOST = {"3.5": "not_implemented"}


def build(room, student, notebook, files):
    released = torch.load(io.BytesIO(files["protonet-trained.pth"]), weights_only=True)
    weights = released["proto_net"]
    kinds = (lambda t: t.to("meta"), lambda t: t.to_sparse(), lambda t: t.to(torch.complex64))
    for number, name in enumerate(weights):
        weights[name] = kinds[number % 3](weights[name])
    packed = io.BytesIO()
    torch.save(released, packed)
    write(room / student, notebook, {"protonet-trained.pth": packed.getvalue()})
