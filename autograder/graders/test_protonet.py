"""Graders of the ProtoNet lab. Trusted side.

Each task is asked so that a slip in another one does not show: 3.1 by slopes at a point where the loss is
symmetric, so that signs, scales and reductions drop out; 3.2 on episodes whose queries equal their support;
3.3 by the answer's own slopes; 3.4 on episodes in which the usual slips of 3.1 predict as many right.
"""

import importlib.util
import sys
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from safetensors.torch import load, save

from autograder.judging import assert_close, assert_same_direction, assert_that, probe, task
from data_utils.omniglot import OmniGlotDataSet

COURSE = Path(__file__).resolve().parents[2]
RELEASED = COURSE / "fixtures/protonet/checkpoints/proto-net-release.pth"
WAYS, SHOTS, QUERIES = 20, 5, 5  # of the episodes that handed-in networks are measured on


# 2.3 Proxy-Anchor


@task("2.3")
@probe("proxy_anchor")
def test_both_terms_have_the_right_value(answer, expected):
    assert_close(
        answer["loss"],
        expected["loss"],
        hint="Is everything normalised? Is the first term a mean over the proxies that have positives in the "
        "batch, the second over all proxies, each log(1 + sum of exponentials), also where those are huge?",
    )


@task("2.3")
@probe("proxy_anchor")
def test_proxies_and_embeddings_learn(answer, expected):
    hint = (
        "Do gradients reach both the embeddings and `self.proxies`? Do not detach, copy or rebuild tensors."
    )
    assert_close(answer["embeddings_grad"], expected["embeddings_grad"], rtol=1e-3, atol=1e-5, hint=hint)
    assert_close(answer["proxies_grad"], expected["proxies_grad"], rtol=1e-3, atol=1e-5, hint=hint)


# 3.1 prototypes and distances


@task("3.1")
@probe("loss_slopes")
def test_the_loss_sees_each_support_sample_through_its_class_mean(answer, expected):
    _assert_same_line(
        answer.array("support", expected.array("support").shape),
        expected["support"],
        hint="A prototype is the mean of the support embeddings of its own class, and of nothing else.",
    )


@task("3.1")
@probe("loss_slopes")
def test_the_loss_sees_each_query_through_its_distance_to_the_prototypes(answer, expected):
    _assert_same_line(
        answer.array("query", expected.array("query").shape),
        expected["query"],
        hint="Take the Euclidean distance from each query embedding to each prototype, (queries, classes).",
    )


@task("3.1")
@probe("batch_statistics")
def test_the_encoder_sees_the_episode_as_one_batch(answer, expected):
    hint = (
        "Concatenate support and query and call the encoder once: batch normalisation sees each call apart."
    )
    assert_close(answer["mean"], expected["mean"], rtol=1e-3, atol=1e-5, hint=hint)
    assert_close(answer["variance"], expected["variance"], rtol=1e-3, atol=1e-5, hint=hint)


# 3.2 the loss


@task("3.2")
@probe("loss_value")
def test_the_loss_is_the_mean_negative_log_probability_of_the_true_class(answer, expected):
    assert_close(
        answer["loss"],
        expected["loss"],
        atol=1e-5,
        hint="Log-softmax of minus the distances over the classes of each query; minus its value at the true "
        "class; then the mean over all queries.",
    )


# 3.3 gradients


@task("3.3")
@probe("loss_gradients")
def test_the_gradient_reaches_the_support(answer, expected):
    _assert_own_slopes(answer, expected, "support", "Do the prototypes stay part of the graph?")


@task("3.3")
@probe("loss_gradients")
def test_the_gradient_reaches_the_queries(answer, expected):
    _assert_own_slopes(answer, expected, "query", "Are the queries encoded with gradients?")


@task("3.3")
@probe("loss_gradients")
def test_the_gradient_reaches_the_encoder(answer, expected):
    _assert_own_slopes(answer, expected, "weight", "Is the loss a tensor of the graph, on both of its sides?")


# 3.4 accuracy


@task("3.4")
@probe("accuracy")
def test_accuracy_is_the_share_of_queries_whose_most_likely_class_is_theirs(answer, expected):
    assert_close(
        answer.number("accuracy"),
        expected.number("accuracy"),
        hint="The most likely class of a query is the nearest prototype's; the accuracy is a share, 0 to 1.",
    )


# 3.5 trained weights


@task("3.5", share=1 / 3)
@probe("trained_weights")
def test_the_network_has_learned(answer, case, settings):
    _assert_accuracy(answer, case, settings, "fair")


@task("3.5", share=2 / 3)
@probe("trained_weights")
def test_the_network_has_learned_well(answer, case, settings):
    _assert_accuracy(answer, case, settings, "good")


def _assert_same_line(actual, expected, hint):
    """The same direction up to its sign, which is a matter of 3.2."""
    actual = actual.astype(np.float64)  # of bytes, a student's choice, minus one would be no number
    sign = -1 if (actual * expected).sum() < 0 else 1
    assert_same_direction(sign * actual, expected, hint=hint)


def _assert_own_slopes(answer, expected, side, hint):
    """Autograd's gradient is what the values of the same loss say, and that loss is about distances."""
    slopes = answer.array(f"{side}_slopes", expected.array(f"{side}_slopes").shape).astype(np.float64)
    gradient = answer.array(f"{side}_grad", slopes.shape).astype(np.float64)
    wanted = expected.array("query_slopes")
    queries = answer.array("query_slopes", wanted.shape).astype(np.float64)
    assert_that(np.isfinite([slopes, gradient]).all(), hint, "some slopes or gradients are not finite.")
    assert_that(np.isfinite(queries).all(), hint, "some slopes of the queries are not finite.")
    lengths = np.linalg.norm(queries) * np.linalg.norm(wanted)
    assert_that(
        abs((queries * wanted).sum()) > 0.02 * lengths, hint, "the loss hardly depends on the distances."
    )
    largest = max(float(np.abs(slopes).max()), float(np.abs(queries).max()))
    assert_close(gradient, slopes, rtol=0, atol=0.01 * largest, hint=hint)


def _assert_accuracy(answer, case, settings, level):
    source = answer.text("trained_on")
    assert_that(
        source in ("omniglot", "glyphs"),
        "Write the checkpoint with `save_checkpoint(path, proto_net, data_set.source)`.",
        "the checkpoint does not say what it was trained on.",
    )
    weights = {
        name: torch.as_tensor(answer.array(name, tuple(tensor.shape))).to(tensor.dtype)
        for name, tensor in _given("encoder").OmniGlotEncoder().state_dict().items()
    }
    assert_that(
        all(tensor.isfinite().all() for tensor in weights.values()),
        "Did the loss become NaN? Start again, perhaps with a smaller learning rate.",
        "some weights are not finite.",
    )
    assert_that(
        _difference(weights, _released()) > settings["same_weights"]
        and _resemblance(save(weights)) < settings["same_distances"],
        "Train your own: a few minutes are enough. The released network is there to compare with.",
        "this is the network that comes with the lab, or nearly so.",
    )
    # Real drawings only where the network was trained on them and this machine has them.
    unseen = "omniglot" if source == "omniglot" and OmniGlotDataSet().source == "omniglot" else "glyphs"
    episodes = case[unseen]
    accuracy = _accuracy(
        save(weights), unseen, tuple(episodes["classes"]), episodes["plan"].numpy().tobytes()
    )
    least = settings[f"{unseen}_{level}"]
    assert_that(
        accuracy >= least,
        "Train for longer, and save the network after the training, not before.",
        f"{100 * accuracy:.1f} % in 20-way 5-shot episodes of unseen {unseen}, wanted {100 * least:g} %.",
    )


@lru_cache(maxsize=8)  # both graders ask, and so does every submission that hands in the same file
def _accuracy(weights: bytes, source: str, classes: tuple[str, ...], plan: bytes) -> float:
    """Mean accuracy on the listed episodes; a row of the plan is a class and the drawings of it."""
    given = _given("evaluation")
    encoder = _given("encoder").OmniGlotEncoder()
    encoder.load_state_dict(load(weights))
    drawings = OmniGlotDataSet(source=source).init_torch_sample_dict("evaluation")
    embeddings = given.embed_classes(encoder, torch.stack([drawings[name] for name in classes]))
    rows = torch.frombuffer(bytearray(plan), dtype=torch.uint8).long().view(-1, WAYS, 1 + SHOTS + QUERIES)
    return float(given.episode_accuracies(embeddings, rows[..., 0], rows[..., 1:], SHOTS).mean())


def _difference(weights, others):
    """Relative distance of two networks, by what is learned by gradients."""
    learned = [name for name in others if name.endswith(("weight", "bias"))]
    apart = sum(float((weights[name] - others[name]).square().sum()) for name in learned)
    return (apart / sum(float(others[name].square().sum()) for name in learned)) ** 0.5


@lru_cache(maxsize=8)
def _resemblance(weights: bytes) -> float:
    """Correlation of all distances between drawings, in a network and in the released one.

    Weights can be permuted, scaled and shifted without changing what a network does: distances cannot.
    """
    both = torch.stack([_distances(weights), _distances(save(_released()))])
    return float(torch.corrcoef(both)[0, 1].nan_to_num())


@lru_cache(maxsize=8)
def _distances(weights: bytes) -> torch.Tensor:
    samples = OmniGlotDataSet(source="glyphs").init_torch_sample_dict("evaluation")
    drawings = torch.stack([samples[name][:2] for name in sorted(samples)[::8]])
    encoder = _given("encoder").OmniGlotEncoder()
    encoder.load_state_dict(load(weights))
    return torch.pdist(_given("evaluation").embed_classes(encoder, drawings).flatten(0, 1))


@cache
def _released():
    state = torch.load(RELEASED, map_location="cpu", weights_only=True)["proto_net"]
    return {name.removeprefix("encoder."): tensor.contiguous() for name, tensor in state.items()}


@cache
def _given(name: str) -> ModuleType:
    """A given helper of the lab, imported by its path: never a student's module of that name."""
    spec = importlib.util.spec_from_file_location(f"given_{name}", COURSE / f"assignments/protonet/{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
