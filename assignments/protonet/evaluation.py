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


def episode_accuracies(embeddings: Tensor, classes: Tensor, samples: Tensor, num_support: int) -> Tensor:
    """Accuracy (episodes,) of the nearest prototype in listed episodes.

    Args:
        embeddings: (all classes, samples, emb_dim).
        classes: the classes of each episode (episodes, ways).
        samples: the samples of each of them (episodes, ways, support + query), support first.
        num_support: how many of them are support.
    """
    accuracies = []
    for of_episode, chosen in zip(classes, samples, strict=True):
        episode = embeddings[of_episode[:, None], chosen]
        prototypes = episode[:, :num_support].mean(dim=1)
        nearest = torch.cdist(episode[:, num_support:], prototypes).argmin(dim=-1)  # (ways, query)
        accuracies.append((nearest == torch.arange(len(of_episode))[:, None]).float().mean())
    return torch.stack(accuracies)
