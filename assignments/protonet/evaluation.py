"""Measuring an encoder on listed episodes, given. The grader measures handed-in weights the same way."""

import torch
from torch import Tensor, nn


@torch.no_grad()
def embed_classes(encoder: nn.Module, drawings: Tensor) -> Tensor:
    """Embeddings (classes, samples, emb_dim) of `drawings` (classes, samples, *image), in eval mode.

    In eval mode an image's embedding does not depend on the images beside it: once is enough for any number
    of episodes. The encoder is left in the mode it came in.
    """
    was_training = encoder.training
    encoder.eval()
    embeddings = torch.stack([encoder(of_class) for of_class in drawings])
    encoder.train(was_training)
    return embeddings
