"""2: the loss, the block and the network. Trusted side."""

import numpy as np

from autograder.judging import Mismatch, assert_close, assert_that, probe, summary, task

from .layers import near, normalised, pooled, poolings
from .observed import Convolution, Way, inner, ways

CHAINED = "Three blocks with weights of their own, the first of them given the image as it is."
POOLED = "Between the blocks: max pooling with kernel 3 and stride 2 of what the block before gave."
AVERAGED = (
    "Global average pooling: the mean of each map over height and width, (B, emb_size), also for B = 1."
)
MOST_BLOCKS = 6  # that are looked at, twice as many as there should be

LAST = "The convolution comes last: its output is the block's."
RECTIFIED = "ReLU comes after the normalisation: nothing below zero gets to the convolution."
FIRST = "First comes the normalisation of the input, by batch or by groups; ReLU sees its output."
KERNEL = "Pass `num_maps_in`, `num_maps_out` and `k` on to the convolution."
BIAS = "Pass `bias` on to the convolution."
GRAPH = "Keep everything a tensor of the graph: no item(), no detach(), no NumPy on the way."


# 2a the loss


@task("2a", share=0.7)
@probe("triplet_loss")
def test_the_loss_is_the_mean_hinge_over_the_triplets(answer, expected):
    assert_close(
        answer["loss"],
        expected["loss"],
        hint="The mean over the batch of max(d(a, p) - d(a, n) + 1, 0), with d the Euclidean distance of the "
        "embeddings that `get_features` gives.",
    )


@task("2a", share=0.3)
@probe("triplet_loss")
def test_the_loss_can_be_learned_from(answer, expected):
    names = ("anchor_grad", "positive_grad", "negative_grad", "weight_grad")
    flows = any(answer.array(name, hint=GRAPH).any() for name in names)
    hint = "The gradient is that of another loss than the one in the text." if flows else GRAPH
    for name in names:
        wanted = expected.array(name)
        assert_close(answer.array(name, wanted.shape, hint), wanted, rtol=1e-3, atol=1e-5, hint=hint)
    mode = "The loss leaves the network in the mode that it is in: `train()` and `eval()` are said elsewhere."
    assert_that(answer.number("trains_on") == 1, mode, "after the loss the network is in eval mode.")


# 2b the block


@task("2b", share=0.2)
@probe("block")
def test_the_convolution_comes_last(answer, case):
    made = Convolution.of(answer, case, hint=LAST)
    made.assert_follows(LAST)
    output = answer.array("output", made.out.shape, LAST)
    assert_that(near(output, made.out), LAST, "what the block gives is not what its convolution gives.")


@task("2b", share=0.15)
@probe("block")
def test_relu_comes_right_before_the_convolution(answer, case):
    made = Convolution.of(answer, case, hint=RECTIFIED)
    seen = (made.images, *normalised(made.images))
    rectified = any(near(made.into, np.maximum(values, 0)) for values in seen)
    assert_that(rectified, RECTIFIED, "the convolution is given other values than ReLU gives.")


@task("2b", share=0.25)
@probe("block")
def test_the_normalisation_comes_first(answer, case):
    made = Convolution.of(answer, case, hint=FIRST)
    # What ReLU takes from an image it lets through of its mirror image; without ReLU both have all.
    apart = made.into - made.into_of_mirrored
    first = any(near(apart, values) or near(apart, 2 * values) for values in normalised(made.images))
    assert_that(first, FIRST, "what ReLU is given is not the normalised input.")
    if answer["running_mean"] is not None:
        means = made.images.mean(axis=(0, 2, 3))
        kept = answer.array("running_mean", means.shape, FIRST)
        assert_that(
            (kept @ means > 1e-3 * (means @ means)),
            "Batch normalisation gathers its statistics while it trains: leave `momentum` as it is.",
            "its running mean does not follow the batch's.",
        )


@task("2b", share=0.2)
@probe("block")
def test_the_kernel_has_the_size_that_was_asked_for(answer, case):
    wanted = (case["maps_out"], case["images"].shape[1], case["k"], case["k"])
    assert_close(answer["kernel_shape"], np.array(wanted), hint=KERNEL)
    Convolution.of(answer, case, KERNEL).assert_follows(KERNEL)
    learns = "The convolution's kernel is learned: leave `requires_grad` as it is."
    assert_that(answer.number("kernel_gradient") > 0, learns, "the kernel has no gradient.")


@task("2b", share=0.2)
@probe("block")
def test_the_bias_is_there_when_it_was_asked_for(answer, case):
    made = Convolution.of(answer, case, hint=BIAS)
    found = answer.array("out_of_zero_kernel", made.out.shape, BIAS)
    offsets = case["offsets"].numpy() * bool(case["bias"])
    wanted = np.resize(offsets, found.shape[1])[:, None, None]
    assert_close(found, np.broadcast_to(wanted, found.shape), hint=BIAS)


# 2c the network


@task("2c", share=0.35)
@probe("network")
def test_three_blocks_of_their_own_are_chained(answer, case):
    _some_way(answer, case, _three_blocks, hint=CHAINED)


@task("2c", share=0.35)
@probe("network")
def test_max_pooling_stands_between_the_blocks(answer, case):
    _some_way(answer, case, _pooling, hint=POOLED)


@task("2c", share=0.3)
@probe("network")
def test_the_features_are_the_means_of_the_last_maps(answer, case):
    _some_way(answer, case, _means, hint=AVERAGED)


@summary("network")
def what_goes_through_the_network(answer, case):
    """How its parts hang together, whichever padding and whoever's names they have: maps of another size say
    the same. With something simple in the blocks' places, where they could be replaced."""
    seen = {way.name: way for way in ways(answer, case)}
    assert_that(bool(seen), "", "it was seen in no way that is known.")
    way = next(seen[name] for name in ("placed", "own", *seen) if name in seen)
    before = case["images"].numpy().astype(np.float64)
    learns = answer.array(f"{way.name}_gradients") > 0
    said = {"order": way.order, "kernels": way.kernel_shapes, "learns": learns}
    for block in range(1, min(len(way.order), MOST_BLOCKS) + 1):
        try:
            said[f"into_{block}"] = _which(way.into(block, POOLED), _handed_on(way, before))
            before = way.out(block, POOLED)
        except Mismatch:  # another number of maps than was asked for
            return said | {"maps": np.array(answer.array(f"{way.name}_out_of_{block}").shape[1:2])}
    features = answer.array(f"{way.name}_features").astype(np.float64)
    return said | {"features": _which(features, _averaged(before))}


def _handed_on(way, maps):
    others = ("pooled in steps of 3", [pooled(maps, 3)]), ("pooled in steps of 1", [pooled(maps, 1)])
    for name, made in (("as they are", [maps]), ("pooled", poolings(maps)), *others):
        yield from ((name, given) for one in made if one is not None for given in way.given(one))


def _averaged(maps):
    for last in (maps, *poolings(maps)):
        means = last.mean(axis=(2, 3))
        yield "means", means
        yield "means of a lost batch", means.squeeze()
        yield "largest", last.max(axis=(2, 3))
        yield "means above 0", np.maximum(means, 0)
        yield "means by their length", means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)


def _which(found, named):
    """The name of what is found; a hundred of its numbers where it has none."""
    for name, values in named:
        if near(inner(found, values.shape) if found.ndim == 4 else found, values):
            return name
    return found.ravel()[:: found.size // 100 + 1]


def _some_way(answer, case, claim, hint):
    """The claim holds through the student's own blocks, or with something simple in their places."""
    faults = []
    for way in ways(answer, case):
        try:
            return claim(way, hint)
        except Mismatch as fault:
            faults.append(fault)
    raise faults[0] if faults else Mismatch("it was seen in no way that is known.", hint)


def _three_blocks(way: Way, hint):
    kernels = (
        "Three blocks with kernels of 3: from `input_channels` to `emb_size` maps, then twice from "
        "`emb_size` to `emb_size`."
    )
    wanted = np.array([(way.emb_size, maps, 3, 3) for maps in (way.channels, way.emb_size, way.emb_size)])
    assert_close(way.kernel_shapes, wanted, hint=kernels)
    once = "Each of the three blocks is used once: no block twice, none left out."
    assert_close(np.sort(way.order), np.arange(3), hint=once)
    gradients = way.array("gradients", (3,), hint)
    depend = "Do the features depend on each of the three blocks?"
    assert_that((gradients > 0).all(), depend, "the gradient of a kernel is zero.")
    for number in (1, 2, 3):
        way.assert_follows(number, hint)


def _pooling(way: Way, hint):
    for block in (1, 2):
        way.assert_follows(block, hint)
        into = way.into(block + 1, hint)
        given = (values for maps in poolings(way.out(block, hint)) for values in way.given(maps))
        assert_that(
            any(near(inner(into, values.shape), values) for values in given),
            hint,
            f"block {block + 1} is not given the pooled output of block {block}.",
        )


def _means(way: Way, hint):
    features = way.array("features", (way.batch, way.emb_size), hint)
    way.assert_follows(3, hint)
    last = way.out(3, hint)
    assert_that(
        any(near(features, maps.mean(axis=(2, 3))) for maps in (last, *poolings(last))),
        hint,
        "the features are not the means of the third block's maps.",
    )
