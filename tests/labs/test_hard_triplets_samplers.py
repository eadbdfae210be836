"""The hard-triplets lab: given samplers and losses."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from data_utils.seeding import seed_everything
from tests.labs.hard_triplets import batch, modules


@pytest.fixture(scope="module")
def lab() -> Iterator[Any]:
    """The lab's modules and scripts by name."""
    with modules() as made:
        yield made


# triplets.py


def test_small_helpers(lab: Any) -> None:
    t = lab.triplets
    torch.testing.assert_close(t.normalize(samples=torch.tensor([[3.0, 4.0]])), torch.tensor([[0.6, 0.8]]))
    assert t.convert_labels2list(torch.tensor([3, 1])) == t.convert_labels2list((3, 1)) == [3, 1]
    assert t.find_value_ids(it=[4, 7, 4], value=4) == [0, 2]


def test_batches_have_p_classes_of_k_samples_and_an_epoch_every_class(lab: Any) -> None:
    labels = [c for c in range(11) for _ in range(3 + c)]
    sampler = lab.triplets.BalanceBatchSampler(labels, p=4, k=5)
    drawn = list(sampler)
    assert len(drawn) == len(sampler) == 55
    assert sampler.batch_size == 20
    classes = [labels[index] for index in drawn]
    assert all(len(set(classes[start : start + 5])) == 1 for start in range(0, 55, 5))
    assert sorted(classes[::5]) == list(range(11))
    for start in range(0, 55, 5):
        most = max(Counter(drawn[start : start + 5]).values())
        assert most == 1 or classes[start] < 2  # classes of 3 and 4 samples give some twice


def test_a_class_that_would_be_alone_is_left_out(lab: Any) -> None:
    sampler = lab.triplets.BalanceBatchSampler([c for c in range(9) for _ in range(2)], p=4, k=2)
    assert len(list(sampler)) == len(sampler) == 16


@pytest.mark.parametrize(
    ("labels", "p", "k", "told"),
    [
        ([0, 0, 1, 1], 1, 2, "without 2 of each"),
        ([0, 0, 1, 1], 2, 1, "without 2 of each"),
        ([0, 0, 1, 1], 3, 2, "only 2 classes"),
        ([0, 0, 7], 2, 2, "class 7 has one sample only"),
    ],
)
def test_impossible_batches_are_refused(lab: Any, labels: list[int], p: int, k: int, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        lab.triplets.BalanceBatchSampler(labels, p, k)


@pytest.mark.parametrize("seed", range(8))
def test_hard_triplets_are_those_of_a_loop(lab: Any, seed: int) -> None:
    features, labels = batch(seed)
    ids = lab.triplets.HardTripletsSampler().sample_ids(features, labels)
    everything = range(len(labels))
    for anchor, positive, negative in zip(*ids, strict=True):
        distance = [(features[anchor] - features[i]).norm().item() for i in everything]
        own = [i for i in everything if labels[i] == labels[anchor] and i != anchor]
        assert positive == max(own, key=distance.__getitem__)
        assert negative == min(
            (i for i in everything if labels[i] != labels[anchor]), key=distance.__getitem__
        )
    assert ids[0] == list(everything)
    for one, index in zip(lab.triplets.HardTripletsSampler().sample(features, labels), ids, strict=True):
        assert torch.equal(one, features[index])


@pytest.mark.parametrize("sampler", ["HardTripletsSampler", "HardNegativeTripletsSampler"])
def test_an_anchor_without_a_partner_is_left_out(lab: Any, sampler: str) -> None:
    sample_ids = getattr(lab.triplets, sampler)().sample_ids
    assert sample_ids(torch.randn(3, 2), [1, 5, 1])[0] == [0, 2]
    assert sample_ids(torch.randn(3, 2), [1, 1, 1]) == ([], [], [])
    assert sample_ids(torch.randn(2, 2), [1, 2]) == ([], [], [])


@pytest.mark.parametrize("seed", range(8))
def test_a_hard_negative_is_the_nearest_and_its_positive_any_of_the_class(lab: Any, seed: int) -> None:
    features, labels = batch(seed)
    seed_everything(seed)
    ids = lab.triplets.HardNegativeTripletsSampler().sample_ids(features, labels)
    assert ids[0] == list(range(len(labels)))
    for anchor, positive, negative in zip(*ids, strict=True):
        assert labels[positive] == labels[anchor]
        assert positive != anchor
        others = [i for i in ids[0] if labels[i] != labels[anchor]]
        assert negative == min(others, key=lambda i, a=anchor: (features[a] - features[i]).norm().item())


def test_random_positives_are_any_of_the_class_alike(lab: Any) -> None:
    sampler = lab.triplets.HardNegativeTripletsSampler()
    seed_everything(0)
    chosen = Counter(sampler.sample_ids(torch.randn(5, 2), [7, 7, 7, 7, 2])[1][0] for _ in range(600))
    assert set(chosen) == {1, 2, 3}
    assert all(abs(count - 200) < 5 * (600 * 1 / 3 * 2 / 3) ** 0.5 for count in chosen.values())


def test_directions_decide_where_a_norm_is_required(lab: Any) -> None:
    features = torch.tensor([[1.0, 0.0], [9.0, 0.1], [1.0, 0.9], [0.0, 1.0]])
    plain = lab.triplets.HardTripletsSampler().sample_ids(features, [0, 0, 0, 1])
    normed = lab.triplets.HardTripletsSampler(norm_required=True).sample_ids(features, [0, 0, 0, 1])
    assert (plain[1][0], normed[1][0]) == (1, 2)


def test_a_batch_that_does_not_fit_is_refused(lab: Any) -> None:
    with pytest.raises(ValueError, match="5 labels"):
        lab.triplets.HardTripletsSampler().sample(torch.randn(4, 2), [0, 0, 1, 1, 1])


def test_hard_triplets_are_those_of_pytorch_metric_learning(lab: Any) -> None:
    from pytorch_metric_learning.distances import LpDistance
    from pytorch_metric_learning.miners import BatchHardMiner

    features, labels = batch(5, dims=8)
    miner = BatchHardMiner(distance=LpDistance(normalize_embeddings=False))
    mined = zip(*(ids.tolist() for ids in miner(features, torch.tensor(labels))), strict=True)
    ours = zip(*lab.triplets.HardTripletsSampler().sample_ids(features, labels), strict=True)
    assert set(mined) == set(ours)


def test_the_loss_is_the_mean_hinge_of_the_samplers_triplets(lab: Any) -> None:
    features, labels = batch(3)
    sampler = lab.triplets.HardTripletsSampler()
    hinges = [
        max(0, (features[a] - features[p]).norm() - (features[a] - features[n]).norm() + 0.7)
        for a, p, n in zip(*sampler.sample_ids(features, labels), strict=True)
    ]
    loss = lab.triplets.TripletMarginLossWithSampler(0.7, sampler)(features, torch.tensor(labels))
    assert loss.item() == pytest.approx(float(sum(hinges)) / len(hinges), rel=1e-5)
