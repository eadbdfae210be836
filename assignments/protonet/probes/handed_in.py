"""Task 3.5: the weights of a trained network."""

from torch import Tensor

from data_utils.handed_in import read_weights


def trained_weights(ns, case):
    """The tensors in the checkpoint that was handed in, in their order; they are measured elsewhere."""
    state = read_weights("protonet-trained.pth")
    tensors = [value for value in state["proto_net"].values() if isinstance(value, Tensor)][:100]
    tensors = [value.float() if value.is_floating_point() else value.long() for value in tensors]
    weights = {f"tensor_{number:03}": tensor for number, tensor in enumerate(tensors)}
    return {"trained_on": str(state.get("trained_on")), **weights}
