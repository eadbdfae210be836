# %% [markdown] id="title"
# # Hard triplets: learning from what is hardest to tell apart
#
# The triplet loss asks little: an *anchor* should be nearer to a *positive* of its class than to a *negative*
# of another, by a margin. The trouble is the number of triplets. A batch of 1,024 drawings has more than
# fifteen million of them, and a half-trained network already satisfies nearly all; they cost time and teach
# nothing. Everything depends on *which* triplets you form. Take easy ones, and the network learns nothing;
# always take the very hardest, and it learns from slips of the pen.
#
# This lab trains one small network on handwritten characters from scratch, and then goes on with it in three
# ways:
#
# | part | way of learning | you will | tasks |
# | --- | --- | --- | --- |
# | 0 | **hard triplets**: of each sample the hardest positive and negative | read it, run it | |
# | 1 | **hard cluster**: of each *class* mean, farthest sample, nearest other mean | write it | 1.1, 1.2 |
# | 2 | **hierarchical**: a margin for each triplet, by a tree of the classes | write it | 2.1 to 2.4 |
# | 3 | all three beside each other, and two controls | compare them | 3.1 |
#
# 100 points; about three hours. After each task a cell checks it on sample cases within a second. Other cases
# of the same kind decide the points, so code that passes for the right reason will pass there, too. Hints
# unfold below each task.

# %% id="imports"
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import evaluation
import figures
import torch
from datasets import OmniGlotMLDataset, OmniGlotQGDataset
from evaluation import embed, evaluate
from finetuning import Tuning, fine_tune, kept_maps, points_at_rest, points_of
from jaxtyping import Float, Int
from network import EmbeddingNet
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader
from training import Schedule, fit
from transforms import training_transform, validation_transform
from triplets import (
    BalanceBatchSampler,
    HardNegativeTripletsSampler,
    HardTripletsSampler,
    IInbatchTripletSampler,
    InBatchTripletsSampler,
    TripletMarginLossWithSampler,
    convert_labels2list,
)

from data_utils.alphabets import read_alphabets
from data_utils.seeding import seed_everything

# %config InlineBackend.figure_format = "retina"

# %% [markdown] id="settings-text"
# The short setting is made for laptops and the drawn scripts (below); all cells together take some minutes
# with it. The full one has the batches and epochs of the original homework.

# %% id="settings" tags=["skip"]
SHORT = True  # False: the full schedule, some hours on Omniglot
TRIAL = "LAB_TRIAL" in os.environ  # LAB_TRIAL=1: trainings of a step or two, to see that all cells run

SEED = 42
MARGIN = 0.3
P, K = (32, 8) if SHORT else (64, 16)  # classes in a batch, samples of each
# The share of a class that looks itself up in the rest: most of the drawn scripts, which are easier than
# Omniglot and fewer; of Omniglot a fifth, so that figures compare with those of others.
QUERIES = {"glyphs": 0.9, "omniglot": 0.2}
SCHEDULE = Schedule(epochs=20, milestones=(15,)) if SHORT else Schedule(epochs=300, milestones=(100,))
TUNING = Tuning() if SHORT else Tuning(p=16)  # how the three ways go on from there
SEEDS = (0, 1, 2)  # of each way
if TRIAL:
    SCHEDULE, TUNING, SEEDS = Schedule(epochs=1, milestones=()), Tuning(epochs=1), (0,)
WIDTH = 2  # how many times as many maps as the network of the original homework
VALIDATION_BATCH = 256
DATA_DIR = None  # the folder that holds omniglot-py/, where it is not found by itself
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")

# %% [markdown] id="data"
# ## The data
#
# [Omniglot](https://github.com/brendenlake/omniglot) has 1,623 characters of 50 alphabets, each drawn by 20
# people. The 30 alphabets of its *background* part are for training, the 20 of its *evaluation* part for
# validation: characters, and even scripts, that the network has never seen. A class is a character of an
# alphabet; `cls2label` numbers the classes of a part, `image_paths` and `labels` list its drawings.
#
# Where Omniglot is not on your machine, *drawn scripts* stand in: 16 and 10 made-up alphabets of 12 letters.
# The letters of an alphabet share their strokes, each bent in its own way, and some are drawn with less care
# than others: they are easily mistaken for one another, as those of a real script are. They are drawn once,
# in some seconds, and then kept.

# %% id="load-data" tags=["skip"]
background = read_alphabets("background", DATA_DIR)
validation = read_alphabets("evaluation", DATA_DIR)
cls2label, image_paths, labels = background.cls2label, background.image_paths, background.labels
print(f"to learn from: {background}")
print(f"to be judged on: {validation}")
for name, label in list(cls2label.items())[:3]:
    print(f"{name} is class {label}")

# %% [markdown] id="pipeline"
# What happens to a drawing, in training and in evaluation? Most of it is given. You will write other samplers
# and other losses, the two boxes in orange.

# %% id="show-pipeline" tags=["skip"]
figures.show_pipeline()

# %% [markdown] id="transforms-text"
# Two data sets wrap the files. `OmniGlotMLDataset(images, targets, transform)` gives pairs of drawing and
# label, and the labels alone by `get_labels()`. It brings every drawing to 32 x 32 (the longer side is
# scaled, the shorter one padded), grey, and keeps it in memory. The *transform* comes after that, anew each
# time: in training a random turn by up to 30 degrees to either side for one drawing in ten, since nobody
# writes quite upright, but few write as crookedly as that; in validation only the normalisation, from bytes
# to -1 ... 1. (The first version of this lab turned the validation drawings, too, which makes the figures
# noisy and a little worse. Keep that in mind if you compare with results from then.)

# %% id="make-datasets" tags=["skip"]
seed_everything(SEED)
train_set = OmniGlotMLDataset(image_paths, labels, training_transform(SEED))
valid_set = OmniGlotQGDataset(
    validation.image_paths, validation.labels, validation_transform(), QUERIES[validation.source]
)
valid_loader = DataLoader(valid_set, batch_size=VALIDATION_BATCH)
figures.show_letters(train_set, cls2label)

# %% [markdown] id="gallery-text"
# ### How good is an embedding?
#
# `OmniGlotQGDataset` splits the drawings of each class into **queries** and a **gallery**; an item says
# which it is: `features`, `targets`, `is_query`. Think of a museum: somebody brings in a drawing, the
# *query*; you look up the drawings of your *gallery* that are most like it. **CMC@k**, the cumulative
# matching characteristic, is the share of queries with a drawing of their own class among the $k$ nearest.
# CMC@1 asks for a direct hit; CMC@5, our main figure, for one on the first page.
#
# Beware of a name: `gallery_fraq`, the last argument above, is the share of each class, rounded up, that
# becomes *queries*. All existing code calls it that, so the name stays. For the drawn scripts it is 0.9: of
# the 20 drawings of a class 18 are queries, and only 2 are in the gallery. So a query has only two of its own
# to find, which is hard, and the figures come from many queries. For Omniglot it is 0.2, as in the original
# homework: 4 queries, and 16 drawings in the gallery.

# %% id="show-sizes" tags=["skip"]
print(f"{valid_set.query_size} queries look for their class among {valid_set.gallery_size} drawings")

# %% [markdown] id="batches"
# ### Batches of $P \times K$
#
# In a random batch most classes would have a drawing or two, and an anchor hardly a positive to choose from.
# So `BalanceBatchSampler` draws $P$ classes first and then $K$ drawings of each (Hermans, Beyer and Leibe
# 2017, [arXiv 1703.07737](https://arxiv.org/abs/1703.07737)); an epoch meets every class at most once. Each
# row below is a class of one batch, as the network gets it.

# %% id="make-batches" tags=["skip"]
batch_sampler = BalanceBatchSampler(train_set.get_labels(), p=P, k=K)
train_loader = DataLoader(
    train_set, batch_size=batch_sampler.batch_size, sampler=batch_sampler, drop_last=True
)
seed_everything(SEED)
figures.show_batch(*next(iter(train_loader)), samples=K)

# %% [markdown] id="network"
# ### The network
#
# Five blocks (`conv_block` in `network.py`), each a 3 x 3 convolution, batch normalisation, dropout of 0.2,
# ReLU and a pooling that halves the image; the maps go from 1 to 8, 16, 32, 64 and 64. What is left of 32 x
# 32 pixels is one pixel of 64 numbers, scaled to length one: every drawing is a point on a sphere, and no two
# are farther apart than 2. (None of the numbers is negative after the ReLU, so in fact than $\sqrt 2$.)
#
# It has few parameters, a hundredth of what is usual today. What it achieves, it owes to the triplets.

# %% id="fresh" tags=["skip"]
seed_everything(SEED)
fresh = EmbeddingNet(WIDTH).to(DEVICE)
print(f"{sum(parameter.numel() for parameter in fresh.parameters()):,} parameters")
found = evaluate(fresh, valid_loader, DEVICE)
print("before any training: " + ", ".join(f"{name} {value:.3f}" for name, value in found.items()))

# %% [markdown] id="hard-triplets"
# ## Hard triplets
#
# `triplets.py` beside this notebook holds the samplers and losses. Read it now: you will write two classes
# that fit in. In short:
#
# - `InBatchTripletsSampler`: its `sample_ids(features, labels)` gives three lists of indices into the
#   batch, its `sample(features, labels)` the three tensors of features behind them. `labels` is a Python
#   list.
# - `HardTripletsSampler` makes every sample an anchor, with the *farthest* sample of its own class and the
#   *nearest* sample of any other class, all by the network's present distances. A sample without a partner
#   is left out.
# - `TripletMarginLossWithSampler(margin, sampler_inbatch)` is
#   $\frac{1}{T}\sum_t \max\bigl(d(a_t, p_t) - d(a_t, n_t) + \alpha,\; 0\bigr)$ over the triplets of its
#   sampler; $d$ is the Euclidean distance.
#
# No loop runs over the samples: a table of all distances, a mask of who belongs together, and a maximum in
# each row are enough. You can do the same.

# %% id="show-choices" tags=["skip"]
figures.show_choices()

# %% [markdown] id="training-text"
# Left: the triplet of one anchor. Right: what you are going to write in part 1.
#
# Now the training from scratch: RAdam with a learning rate of 0.01, a tenth of it from epoch 15 on (100 in
# the full setting). `fit` (in `training.py`) shows progress, writes for TensorBoard (`tensorboard --logdir
# runs`), and returns a row with the CMC for every tenth epoch.
#
# At the end the curve may rise a little above its trend. This network is small: it does not learn its
# drawings by heart, and *dropout*, which guards against that, holds it back towards the end. So the last
# tenth of the epochs drops nothing (Liu et al. 2023, [arXiv 2303.01500](https://arxiv.org/abs/2303.01500)),
# and what comes of a training is the mean of the networks that these epochs end with (Izmailov et al. 2018,
# [arXiv 1803.05407](https://arxiv.org/abs/1803.05407)). For that mean, `settle` measures the means and
# variances of batch normalisation anew: those of the learning network are another network's, and where
# something was dropped out, those of thinned-out activations (Li et al. 2018, [arXiv
# 1801.05134](https://arxiv.org/abs/1801.05134)).


# %% id="train-hard-triplets" tags=["skip"]
seed_everything(SEED)
start = EmbeddingNet(WIDTH).to(DEVICE)
history = fit(
    start,
    TripletMarginLossWithSampler(MARGIN, HardTripletsSampler()),
    train_loader,
    lambda net: evaluate(net, valid_loader, DEVICE),
    SCHEDULE,
    "hard triplets",
    DEVICE,
)
figures.show_history(history)

# %% [markdown] id="look-up-text"
# What does the gallery answer? On the left queries, on the right the five nearest drawings of the gallery;
# green frames are of the query's class. Look at the wrong ones: would you have known better?

# %% id="show-look-ups" tags=["skip"]
figures.show_look_ups(valid_set, *embed(start, valid_loader, DEVICE))

# %% [markdown] id="going-on-text"
# ### Going on from here
#
# The papers of parts 1 and 2 do not start from scratch: they *fine-tune* a network that was trained before,
# on photographs. Ours was trained before on the same characters, by hard triplets: it knows what a character
# looks like, and the new loss has to sort out what is still confused. `finetuning.py` lets the last two of
# the five blocks learn on; what the first three make of each drawing is computed once, in the next cell, so
# a training takes seconds and each way can have three seeds. Nothing is dropped out any more.
#
# A batch has 32 classes of 8 drawings. Drawn at random from nearly two hundred classes (in the short
# setting, on the drawn scripts), one meets the class that it is most often mistaken for in one batch out of
# six. So the paper of part 2 draws its batches otherwise, by *anchor-neighbour sampling*: a class is drawn,
# and with it come those whose means lie nearest to its own at present, three of them here (`kin=4` in
# `Tuning`). Part 3 asks what that is worth.
#
# Every way is judged by all queries and with each seed. The 95 % intervals come from the *bootstrap* (Efron
# 1979): the queries are drawn anew, as many as there are and with replacement, a thousand times, and the
# middle 95 % of the shares are the interval. To compare two ways, look at their *difference* on the same
# queries: it is known more precisely than either of them, since the queries that are hard for one are hard
# for the other. The intervals say what other queries could change; what another seed or another start could,
# they do not. Nor do they know that the queries of a class look for the same few drawings of the gallery and
# fail together where these are odd. So part 3 draws whole classes anew, too: those intervals say what other
# characters could change, and are wider, for shares on the drawn scripts more than twice as wide.

# %% id="going-on" tags=["skip"]
start = start.cpu()
drawings = OmniGlotMLDataset(image_paths, labels, validation_transform())
drawn_maps = kept_maps(start, torch.stack([image for image, _ in drawings]))
drawn_labels = torch.tensor(labels)
valid_maps = kept_maps(start, torch.cat([batch["features"] for batch in valid_loader]))
_, targets, is_query = embed(start, valid_loader)
heads, hits = {}, {"start": evaluation.hits(*embed(start, valid_loader))[None]}
evaluation.print_row("start", hits["start"])


# %% id="tune-function" tags=["given"]
def tune(name: str, criterion: Callable[[Tensor, Tensor], Tensor], tuning: Tuning) -> None:
    """Fine-tune the trained network by a criterion, once with each seed; keeps the last and all hits."""
    found = []
    for seed in SEEDS:
        seed_everything(seed)
        heads[name] = fine_tune(start, drawn_maps, drawn_labels, criterion, tuning)
        found.append(evaluation.hits(points_at_rest(heads[name], valid_maps), targets, is_query))
    hits[name] = torch.stack(found)
    evaluation.print_row(name, hits[name])


# %% [markdown] id="tune-hard-triplets-text"
# The first way, and the control of the others, is to go on with hard triplets, in random batches.

# %% id="tune-hard-triplets" tags=["skip"]
RANDOM = replace(TUNING, kin=1)
tune("hard triplets", TripletMarginLossWithSampler(MARGIN, HardTripletsSampler()), RANDOM)

# %% [markdown] id="part-1"
# # 1 Hard cluster
#
# Batch-hard mining has a weakness: the hardest positive and the hardest negative of an anchor are often the
# two oddest drawings around, and with every sample as an anchor the same odd drawing comes up again and
# again. Alex et al. ([arXiv 1812.10325](https://arxiv.org/abs/1812.10325)) replace most of the triplet by
# something calmer: the **mean** of a class.
#
# Let a batch have $P$ classes. Class $c$ has the mean $\mu_c$ of its features $f_i$, and
#
# - the hardest own sample is the one farthest from the mean,
#   $p_c = \arg\max_{f_i \in c} \lVert f_i - \mu_c \rVert$;
# - the hardest other class is the one with the nearest mean, $\nu_c = \mu_{c^*}$ with
#   $c^* = \arg\min_{c' \ne c} \lVert \mu_{c'} - \mu_c \rVert$.
#
# So there is one triplet $(\mu_c, p_c, \nu_c)$ per class. Two of its three points are means, which no single
# odd drawing moves far.

# %% [markdown] id="task-1-1"
# ## Task 1.1 Hard-cluster triplets  (25 points, medium, 40 minutes)
#
# Write `HardClusterTripletsSampler.sample(features, labels)`. `features` (N, D) is a tensor, `labels` a
# Python list of N integers; return `(anchors, positives, negatives)`, three tensors (P, D): the means,
# their farthest own samples, their nearest other means. The order of the rows is yours, as long as row $t$
# of all three belongs to one class.
#
# Also right is a triplet for each of the N samples, with the positive and the negative of its class, and
# with the sample itself or the mean of its class as the anchor.
#
# Mind three things. Labels are any integers, say 964, -3 and 12, in any order: they are names, not
# positions. Classes may have different numbers of samples; there are at least two classes. And gradients
# must reach the features through the means and through the chosen samples.
#
# *How to see that it works:* with the features (0, 0), (1, 0), (5, 0) of class 3 and (2, 5), (2, 6), (2,
# 10) of class 9, the rows are (2, 0), (5, 0), (2, 7) and (2, 7), (2, 10), (2, 0).


# %% id="answer-1-1" tags=["task-1.1"]
class HardClusterTripletsSampler(IInbatchTripletSampler):
    """Triplets of class means: what is hardest for a class as a whole."""

    def sample(
        self, features: Float[Tensor, "n d"], labels: list[int]
    ) -> tuple[Float[Tensor, "p d"], Float[Tensor, "p d"], Float[Tensor, "p d"]]:
        """Own mean, farthest own sample, nearest other mean, for each of the P classes of the batch."""
        # TODO 1.1: which classes are there, and which rows belong to each? then the means (P, D)
        # - from each mean to each sample: the farthest of its own class
        # - from each mean to each mean: the nearest that is not itself
        # BEGIN SOLUTION
        label = torch.tensor(labels, device=features.device)
        classes, row, size = label.unique(return_inverse=True, return_counts=True)
        sums = features.new_zeros(len(classes), features.shape[1]).index_add(0, row, features)
        means = sums / size[:, None]
        centres = means.detach()  # a choice has no gradient
        from_own = (features.detach() - centres[row]).square().sum(dim=1)  # (N,): each sample, its own mean
        largest = from_own.new_zeros(len(classes)).scatter_reduce(0, row, from_own, "amax")
        hardest = (from_own == largest[row]).nonzero().flatten()  # several of a class where they tie
        farthest = torch.zeros_like(classes).scatter(0, row[hardest], hardest)
        nearest = torch.cdist(centres, centres).fill_diagonal_(torch.inf).argmin(dim=1)
        return means, features[farthest], means[nearest]
        # END SOLUTION


# %% [markdown] id="hints-1-1" tags=["hints"]
# <details><summary>Hint 1: classes</summary>
#
# `torch.tensor(labels).unique()` lists the classes of the batch. Comparing this list, as a column, with all
# labels, as a row, gives a table (P, N) of true and false: who belongs where.
# </details>
#
# <details><summary>Hint 2: means without a loop</summary>
#
# Take that table as zeros and ones: its matrix product with the features is the sum of each class. How many
# samples were summed? A loop over the classes is fine, too; there are at most 64.
# </details>
#
# <details><summary>Hint 3: farthest and nearest</summary>
#
# `torch.cdist(x, y)` gives all distances between two sets of points. What must not be chosen gets a
# distance that never wins: `masked_fill(others, -torch.inf)` before an `argmax`, where `others` is true for
# the samples of other classes, and `torch.inf` on the diagonal before an `argmin`.
# </details>
#
# <details><summary>Hint 4: gradients</summary>
#
# `argmax` gives indices, which have no gradient. Indexing `features` and the means with them has.
# </details>

# %% [markdown] id="task-1-2"
# ## Task 1.2 The hard-cluster loss  (15 points, easy, 15 minutes)
#
# For each class the farthest own sample should be nearer to the mean than the nearest other mean is, by a
# margin $\alpha$, in *squared* distances:
#
# $$
# \ell = \sum_c \max\bigl(d_c^\text{intra} - d_c^\text{inter} + \alpha,\; 0\bigr), \qquad
# d_c^\text{intra} = \lVert p_c - \mu_c \rVert^2, \quad d_c^\text{inter} = \lVert \nu_c - \mu_c \rVert^2 .
# $$
#
# Write `hard_cluster_loss(features, labels, margin)`: a scalar tensor with gradients. Here `labels` is a
# tensor (N,), as it comes from the data loader. The sum may be a mean over the classes. Use your sampler or
# don't, as you like; if it is wrong or missing, you lose nothing here a second time: the check then puts
# other triplets in place of what its `sample` returns, one per class.
#
# *How to see that it works:* for the two classes of 1.1 both $d^\text{intra}$ are 9 and both
# $d^\text{inter}$ 49. With a margin of 43 the mean is 3 (the sum 6), with one of 30 it is 0.


# %% id="answer-1-2" tags=["task-1.2"]
def hard_cluster_loss(
    features: Float[Tensor, "n d"], labels: Int[Tensor, "n"], margin: float
) -> Float[Tensor, ""]:
    """The hinge of each class, averaged over the classes of the batch."""
    # TODO 1.2: the triplet of each class, two squared distances, the hinge, and only then the mean
    # BEGIN SOLUTION
    mean, farthest, nearest = HardClusterTripletsSampler().sample(features, convert_labels2list(labels))
    d_intra = (mean - farthest).square().sum(dim=1)
    d_inter = (mean - nearest).square().sum(dim=1)
    return F.relu(d_intra - d_inter + margin).mean()
    # END SOLUTION


# %% [markdown] id="hints-1-2" tags=["hints"]
# <details><summary>Hint 1: squared distances</summary>
#
# The square of a Euclidean distance is the *sum* over the dimensions of squared differences: one number per
# row.
# </details>
#
# <details><summary>Hint 2: order</summary>
#
# `torch.relu(x)` is max(x, 0) for each class. A class that keeps its margin must not pay for one that does
# not.
# </details>

# %% [markdown] id="train-hard-cluster-text"
# Your loss goes on from the trained network: the same random batches and number of steps as for hard
# triplets, your squared distances, and the same margin.
#
# From scratch this would fail. The gradient of a squared distance shrinks with the distance; as long as all
# points lie close together, hardly anything drives them apart, and every hinge stays at the margin. On
# Omniglot CMC@1 had fallen to 0.11 after 50 epochs.

# %% id="train-hard-cluster" tags=["skip"]
tune("hard cluster", lambda features, labels: hard_cluster_loss(features, labels, MARGIN), RANDOM)

# %% [markdown] id="part-2"
# # 2 The hierarchical triplet loss
#
# So far every triplet has had the same margin. But classes differ. Two letters of one script have a common
# style, and are likely to be hard to tell apart; letters of different scripts can be kept apart by more.
# And a class whose drawings vary much cannot be asked to keep as wide a gap as a class that is compact. Ge
# et al. ([arXiv 1810.06951](https://arxiv.org/abs/1810.06951)) give **each triplet a margin of its own**,
# by a tree of the classes. They grow that tree from the data; we have one for free: *root, alphabet,
# letter*.


# %% id="alphabets-given" tags=["given"]
def alphabets_of(cls2label: Mapping[str, int]) -> dict[int, int]:
    """The number of the alphabet of each class: label -> 0, 1, 2, ..."""
    names = sorted({name.partition("/")[0] for name in cls2label})
    return {label: names.index(name.partition("/")[0]) for name, label in cls2label.items()}


# %% id="alphabet-of-class" tags=["skip"]
alphabet_of_class = alphabets_of(cls2label)
print(f"classes 0 and 1 are of alphabets {alphabet_of_class[0]} and {alphabet_of_class[1]}")
figures.show_tree(cls2label)

# %% [markdown] id="part-2-text"
# The **level** at which two classes meet is the height of their lowest common node: 1 for letters of one
# alphabet, 2 for letters of different alphabets. For a triplet with an anchor of class $y$ and a negative
# of class $y'$ that meet at level $l$ the margin is
#
# $$
# \alpha = \beta + d_l - s_y .
# $$
#
# $s_y$ is how wide the anchor's class is, $d_l$ the distance at which classes count as one at level $l$, and
# $\beta = 0.1$ asks for a little more distance than there is. All of it is measured on the batch and taken as
# given: **no gradient flows through a margin**.

# %% [markdown] id="task-2-1"
# ## Task 2.1 How wide a class is  (15 points, medium, 25 minutes)
#
# Write `class_statistics(features, labels)`; both are tensors, (N, D) and (N,). Return
#
# - `classes` (P,): the classes of the batch, each once, in any order;
# - `s` (P,), in the same order: for a class of $n$ samples the mean squared distance over ordered pairs of
#   *different* samples, $s_c = \frac{1}{n(n-1)} \sum_{i \ne j} \lVert f_i - f_j \rVert^2$;
# - `d0`: the mean of $s_c$ over the classes.
#
# Nothing here carries a gradient. Every class has two samples or more.
#
# *How to see that it works:* (0, 0), (1, 0), (5, 0) have squared distances 1, 16 and 25, so $s = 14$.


# %% id="answer-2-1" tags=["task-2.1"]
def class_statistics(
    features: Float[Tensor, "n d"], labels: Int[Tensor, "n"]
) -> tuple[Int[Tensor, "p"], Float[Tensor, "p"], Float[Tensor, ""]]:
    """The classes of the batch, the mean squared distance within each, and the mean of these."""
    # TODO 2.1: s of each class; a sample and itself are no pair
    # BEGIN SOLUTION
    features = features.detach()
    classes = labels.unique()
    own = (labels == classes[:, None]).to(features.dtype)  # (P, N)
    count = own.sum(dim=1)
    means = own @ features / count[:, None]
    # Over ordered pairs the squared distances add up to 2 n times those from the mean.
    from_mean = (own * torch.cdist(means, features).square()).sum(dim=1)
    s = 2 * from_mean / (count - 1)
    return classes, s, s.mean()
    # END SOLUTION


# %% [markdown] id="hints-2-1" tags=["hints"]
# <details><summary>Hint 1: all pairs</summary>
#
# `torch.cdist(own, own).square()` is a table (n, n). Its diagonal is zero, so the sum is right as it is. By
# how many entries do you divide?
# </details>
#
# <details><summary>Hint 2: pairs once</summary>
#
# `torch.pdist(own)` gives each unordered pair once. The mean over unordered pairs equals that over ordered
# ones.
# </details>
#
# <details><summary>Hint 3: without a loop</summary>
#
# $\sum_{i,j} \lVert f_i - f_j \rVert^2 = 2 n \sum_i \lVert f_i - \mu \rVert^2$: distances from the mean are
# enough.
# </details>

# %% [markdown] id="task-2-2"
# ## Task 2.2 A threshold for each level  (5 points, easy, 10 minutes)
#
# At level 0 two samples belong together if they are as near as samples of a class are on average: $d_0$. At
# the top level everything belongs together, and on a sphere of radius one no squared distance exceeds 4. In
# between the paper takes equal steps,
#
# $$
# d_l = \frac{l\,(4 - d_0)}{L} + d_0, \qquad l = 0, 1, \ldots, L ,
# $$
#
# with $L = 16$, as many levels as its tree has. Ours uses only the lowest of them. Write
# `level_thresholds(d0, num_levels)`; `d0` is a number or a scalar tensor, the result has $L + 1$ entries. Our
# points lie in a far smaller part of the sphere than these thresholds assume; keep that in mind for part 3.
#
# *How to see that it works:* for $d_0 = 0.8$ and $L = 4$ it is 0.8, 1.6, 2.4, 3.2, 4.


# %% id="answer-2-2" tags=["task-2.2"]
def level_thresholds(d0: float | Float[Tensor, ""], num_levels: int = 16) -> Float[Tensor, "levels"]:
    """d_l for l = 0, 1, ..., num_levels."""
    # TODO 2.2: equal steps from d0 to 4
    # BEGIN SOLUTION
    return torch.arange(num_levels + 1) * (4 - d0) / num_levels + d0
    # END SOLUTION


# %% [markdown] id="hints-2-2" tags=["hints"]
# <details><summary>Hint</summary>
#
# `torch.arange(num_levels + 1)` holds all l. The formula can be written for all of them at once.
# </details>

# %% [markdown] id="task-2-3"
# ## Task 2.3 A margin for each triplet  (15 points, hard, 30 minutes)
#
# Write the method `margins(features, labels, anchor_ids, negative_ids)` of the class below. `labels` (N,)
# is a tensor; the ids are lists of T positions in the batch, so `labels[anchor_ids]` are the anchors'
# classes. `self.alphabet_of_class` is a dictionary from label (a Python integer: `labels.tolist()`) to
# alphabet, for *all* classes, in the batch or not. Return T margins, $\beta + d_l - s_y$ with
#
# - $l = 1$ where anchor and negative are of one alphabet, else $l = 2$;
# - $s_y$ of the *anchor's* class.
#
# Your functions of 2.1 and 2.2 give the rest; if they are wrong or missing, you lose nothing here a second
# time: the check then puts other numbers in place of what they return, with the classes in ascending order. A
# batch has only some of the classes: row 5 of `s` is not class 5.
#
# *How to see that it works:* within an alphabet all triplets of an anchor have the same margin, across
# alphabets one that is larger by $(4 - d_0) / 16$.

# %% [markdown] id="task-2-4"
# ## Task 2.4 The hierarchical triplet loss  (15 points, medium, 15 minutes)
#
# Write the method `forward(features, labels)`: the mean over the triplets of `self.sampler_inbatch`, each
# with its own margin, of
#
# $$
# \max\bigl(\lVert a - p \rVert^2 - \lVert a - n \rVert^2 + \alpha,\; 0\bigr)
# $$
#
# with squared distances, the unit of the margins. (Plain ones are accepted.) `self.distance` is there for
# them, but write them yourself if you like. Ask the sampler with `sample_ids`, and the margins with
# `self.margins`; if these are wrong or missing, you lose nothing here a second time. Gradients flow through
# the distances, not through the margins.
#
# Do not reach for `torch.nn.functional.triplet_margin_loss`: it takes one number as its margin, raises on
# several, and with the mean of your margins it runs, looks right and is not this loss.
#
# *How to see that it works:* if all margins were 0 and every negative farther than its positive, the loss
# would be 0.


# %% id="answer-2-3" tags=["task-2.3", "task-2.4"]
class HierarchicalTripletMarginLossWithSampler(nn.Module):
    """The triplet loss with a margin for each triplet, by the tree root - alphabet - letter.

    Args:
        sampler_inbatch: forms the triplets of a batch, by index.
        alphabet_of_class: label -> alphabet, for all classes.
        beta: what every margin has in addition.
    """

    def __init__(
        self,
        sampler_inbatch: InBatchTripletsSampler,
        alphabet_of_class: Mapping[int, int],
        beta: float = 0.1,
    ) -> None:
        super().__init__()
        self.sampler_inbatch = sampler_inbatch
        self.alphabet_of_class = alphabet_of_class
        self.beta = beta

    def margins(
        self,
        features: Float[Tensor, "n d"],
        labels: Int[Tensor, "n"],
        anchor_ids: Sequence[int],
        negative_ids: Sequence[int],
    ) -> Float[Tensor, "t"]:
        """The margin of each triplet."""
        # TODO 2.3: statistics and thresholds of the batch
        # - the level of each triplet, by the alphabets of its anchor and its negative
        # - s of each anchor's class: which row of `s` is it?
        # BEGIN SOLUTION
        classes, s, d0 = class_statistics(features, labels)
        row = torch.searchsorted(classes, labels)  # of each sample's class
        alphabet = torch.tensor([self.alphabet_of_class[c] for c in classes.tolist()], device=row.device)
        anchor, negative = row[anchor_ids], row[negative_ids]
        level = torch.where(alphabet[anchor] == alphabet[negative], 1, 2)
        return self.beta + level_thresholds(d0)[level] - s[anchor]
        # END SOLUTION

    def distance(self, one: Float[Tensor, "t d"], other: Float[Tensor, "t d"]) -> Float[Tensor, "t"]:
        """Given: the squared distance of each row to the row beside it."""
        return (one - other).square().sum(dim=1)

    def forward(self, features: Float[Tensor, "n d"], labels: Int[Tensor, "n"]) -> Float[Tensor, ""]:
        """The loss of a batch."""
        # TODO 2.4: the sampler's triplets, two squared distances and a margin for each, the hinge, the mean
        # BEGIN SOLUTION
        anchors, positives, negatives = self.sampler_inbatch.sample_ids(features, labels)
        to_positive = self.distance(features[anchors], features[positives])
        to_negative = self.distance(features[anchors], features[negatives])
        margins = self.margins(features, labels, anchors, negatives)
        return F.relu(to_positive - to_negative + margins).mean()
        # END SOLUTION


# %% [markdown] id="hints-2-3" tags=["hints"]
# <details><summary>2.3, hint 1: from a class to its row</summary>
#
# If `classes` is ascending, `torch.searchsorted(classes, labels)` gives the row of each sample's class. A
# dictionary `{c: row}` does the same.
# </details>
#
# <details><summary>2.3, hint 2: levels</summary>
#
# Two lists of alphabets, one of the anchors and one of the negatives; where they are equal the level is 1.
# `torch.where(equal, 1, 2)` makes indices of it, and thresholds can be indexed by them.
# </details>
#
# <details><summary>2.4, hint 1: indices</summary>
#
# `features[anchors]` with a list of indices is a tensor (T, D), and gradients go through it.
# </details>
#
# <details><summary>2.4, hint 2: gradients</summary>
#
# If your statistics carry a gradient, the network can lower the loss by widening its classes, which is the
# opposite of what you want. `@torch.no_grad()` above a function, or `.detach()`, prevents it.
# </details>

# %% [markdown] id="margins-text"
# Which margins does the trained network get? One bump for each level; the width of a bump is how much the
# classes differ.

# %% id="show-margins" tags=["skip"]
seed_everything(SEED)
hierarchical = HierarchicalTripletMarginLossWithSampler(HardNegativeTripletsSampler(), alphabet_of_class)
rows = torch.tensor(list(BalanceBatchSampler(labels, TUNING.p, TUNING.k))[: TUNING.p * TUNING.k])
batch_labels = drawn_labels[rows]
features = points_at_rest(start.blocks[3:], drawn_maps[rows])
figures.show_margins(hierarchical, features, batch_labels)

# %% [markdown] id="train-hierarchical-text"
# Which triplets should have these margins? Of a hard triplet the positive is the *farthest* of its class,
# and nearly always farther away than the negative. Its hinge is open then with any margin above zero, and
# what an open hinge adds, the margin, is a constant without a gradient: on hard triplets your margins would
# change nothing at all. So the sampler is `HardNegativeTripletsSampler`: for every sample still the nearest
# negative, but a *random* positive. In many such triplets the positive is the nearer one already, and
# whether by enough is for the margin to say.
#
# Your loss goes on with them from the trained network, in squared distances, the unit of its margins.

# %% id="train-hierarchical" tags=["skip"]
tune("hierarchical", hierarchical, RANDOM)

# %% [markdown] id="train-control-text"
# Now three things differ from going on with hard triplets: the triplets, their margins, and squared in place
# of plain distances. A comparison that changes several things at once explains none of them, so here is a
# *control*: the triplets, distances and seeds of your loss, with **one margin** for all, the mean of what
# yours would be. It separates the margins; triplets and distances stay together. And the batches of
# neighbouring classes.


# %% id="one-margin" tags=["given"]
class OneMargin(HierarchicalTripletMarginLossWithSampler):
    """The hierarchical loss with the mean of its margins for every triplet: the control."""

    def margins(
        self,
        features: Float[Tensor, "n d"],
        labels: Int[Tensor, "n"],
        anchor_ids: Sequence[int],
        negative_ids: Sequence[int],
    ) -> Float[Tensor, "t"]:
        """As many times the mean margin of the batch as there are triplets."""
        margins = super().margins(features, labels, anchor_ids, negative_ids)
        return margins.mean().expand(len(margins))


# %% id="train-control" tags=["skip"]
tune("one margin", OneMargin(HardNegativeTripletsSampler(), alphabet_of_class), RANDOM)
tune("neighbours", hierarchical, TUNING)

# %% [markdown] id="part-3"
# # 3 All three, and the controls
#
# The same start, network, drawings, number of steps and seeds: what differs is the triplets, their margins,
# the distances (plain for hard triplets, squared for the others) and the batches.

# %% id="show-comparison" tags=["skip"]
of_class = valid_set.query_size // len(validation.cls2label)
figures.show_comparison(hits, "hard triplets", of_class)

# %% [markdown] id="hinges-text"
# A hinge lets go of a triplet that keeps its margin, and is *open* for the others. Which are open? Below are
# the triplets of one batch, as the network meets them at the end of its training. Red shows where the margins
# of your loss lie (hard triplets were trained with another, 0.3 in plain distances). Left of its margin a
# triplet is let go. Right of 0 it is not even in order, and its hinge is open with any margin that is not
# negative. In between it is in order and teaches all the same, because of its margin: **only where triplets
# can come to lie among the margins can these do what a single one in their midst does not**.


# %% id="show-hinges" tags=["skip"]
def hinges_of(
    way: str, criterion: HierarchicalTripletMarginLossWithSampler, sampler: InBatchTripletsSampler
) -> tuple[Tensor, Tensor]:
    """What triplets of one batch lack, d(a, p)^2 - d(a, n)^2, in the last network of a way; their margins."""
    with torch.no_grad():
        features = points_of(heads[way].train(), drawn_maps[rows])
        anchors, positives, negatives = sampler.sample_ids(features, batch_labels)
        lacks = (features[anchors] - features[positives]).square().sum(dim=1)
        lacks -= (features[anchors] - features[negatives]).square().sum(dim=1)
        return lacks, criterion.margins(features, batch_labels, anchors, negatives)


figures.show_hinges(
    {
        "hard triplets": hinges_of("hard triplets", hierarchical, HardTripletsSampler()),
        "hierarchical": hinges_of("hierarchical", hierarchical, hierarchical.sampler_inbatch),
    }
)

# %% [markdown] id="narrow-text"
# ### Margins that can act
#
# Hardly any triplet of your loss comes near the red: those that are in order are so by less than their
# margin. Where none does, all hinges are open, and the margins, each a constant, drop out of the gradient; so
# `hierarchical` and `one margin` cannot differ. Would they, if hinges could close?
#
# With $\beta = -0.35$ in place of 0.1 a third of them do, or a few more. Mind which: a level more is worth
# $(4 - d_0) / 16$, a little less than 0.25, so within an alphabet the margins come to about -0.1, and those
# triplets are let go even where the positive is a little *farther* than the negative; across alphabets they
# come to about 0.15, and hardly a triplet leads by that much. So this trains nearly without the triplets
# within an alphabet, while one margin for all, about 0.05, keeps most of them. No $\beta$ does better: the
# levels are 0.25 apart, and hardly a triplet leads by 0.1. Here are both once more.

# %% id="train-narrow" tags=["skip"]
narrow = {
    f"{name}, narrow": kind(HardNegativeTripletsSampler(), alphabet_of_class, beta=-0.35)
    for name, kind in (("hierarchical", HierarchicalTripletMarginLossWithSampler), ("one margin", OneMargin))
}
for name, loss in narrow.items():
    tune(name, loss, RANDOM)
figures.show_comparison(hits, "one margin, narrow", of_class)

# %% [markdown] id="narrow-hinges-text"
# And their hinges at the end, as above, in grey the triplets that are let go. Red on the right of 0 are the
# negative margins, those within an alphabet: many of the grey triplets are not even in order.

# %% id="show-narrow-hinges" tags=["skip"]
figures.show_hinges({name: hinges_of(name, loss, loss.sampler_inbatch) for name, loss in narrow.items()})

# %% [markdown] id="omniglot-text"
# ### On the real Omniglot
#
# There, from a network that hard triplets had trained for 300 epochs, with the same seeds and 2,636 queries
# that each have 16 drawings of their class to find, CMC@1 came out like this:
#
# | | random batches | neighbouring classes |
# | --- | --- | --- |
# | start | 0.748 | |
# | hard triplets | 0.751 | 0.714 |
# | hierarchical | 0.708 | 0.758 |
# | one margin | 0.707 | |
# | hierarchical, narrow | 0.722 | |
# | one margin, narrow | 0.737 | |
#
# Intervals reach 0.016 to either side, those of differences about 0.012. In random batches your loss is
# behind hard triplets; in those that its authors draw it is 0.044 [0.032, 0.056] ahead of them. 99.6 % of its
# hinges are open in random batches, all of them in the others, and 41 % with its narrow margins.

# %% [markdown] id="task-3-1"
# ## Task 3.1 Comparing the three  (10 points, medium, 40 minutes)
#
# Compare hard triplets, hard cluster and the hierarchical loss in about a page: where they start and with
# what budget; CMC@1, 5 and 10 of each with intervals, and a figure; which is best, by how much, and whether
# that is more than chance; and what explains it. Questions worth taking up: how many triplets does each form
# from a batch, and from what points? According to the controls, what is due to the triplets, what to their
# margins, and what to the batches, here and on the real Omniglot? What can these controls not tell apart?
# Where all hinges are open, what does the gradient know of their margins? Would other queries or another seed
# change the ranking?

# %% [markdown] id="answer-3-1" tags=["written", "task-3.1"]
# <!-- BEGIN SOLUTION -->
# *Setting.* Drawn scripts, background to learn from and evaluation to be judged on (2,160 queries, a gallery
# of 240, two drawings a class); a network trained by hard triplets from scratch, 20 epochs; then its last two
# blocks go on in each way, 96 steps of 32 classes by 8 drawings, RAdam 0.003 and a quarter of it in the
# second half, seeds 0, 1, 2: the same for all.
#
# *Result* (see the figure above), means of the seeds with 95 % intervals over the queries:
#
# | | CMC@1 | CMC@5 | CMC@10 |
# | --- | --- | --- | --- |
# | start | 0.562 [0.541, 0.583] | 0.835 [0.819, 0.851] | 0.912 [0.900, 0.924] |
# | hard triplets | 0.586 [0.567, 0.605] | 0.845 [0.830, 0.858] | 0.917 [0.906, 0.928] |
# | hard cluster | 0.568 [0.549, 0.588] | 0.840 [0.824, 0.854] | 0.917 [0.905, 0.928] |
# | hierarchical | 0.601 [0.581, 0.621] | 0.855 [0.840, 0.869] | 0.924 [0.913, 0.934] |
#
# To go on with hard triplets is worth 0.024 at CMC@1 on the same queries, [0.009, 0.040]. The hierarchical
# loss is another 0.015 ahead, [0.002, 0.028], which is more than other queries could change; with other
# characters it is [-0.003, 0.035], so it may be chance. At CMC@5 the three do not differ for certain.
#
# *Hard cluster* comes last, 0.018 behind hard triplets at CMC@1, [0.002, 0.032] over the queries but
# [-0.007, 0.040] over the characters, and hardly better than the start. From a batch it forms 32 triplets in
# place of 256, and two of their three points are means, which say little about single drawings: of these only
# the farthest of each class is chosen, and the others move by their eighth of the mean. That is calmer, but
# CMC@1 asks about single drawings, so it probably is the reason; its distances are squared, too, which no
# control separates.
#
# *Triplets or margins?* The control has the triplets of the hierarchical loss with one margin for all, and
# gives the very same figures, query by query and seed by seed. So whatever the hierarchical loss gains, its
# margins have no part in it: what is left are its triplets and squared distances. The hinges tell why: every
# one is open. With random positives many of the triplets are in order, but none by more than its margin,
# about 0.35 or 0.6 in squared distance. An open hinge is the difference of two distances plus a constant,
# and without gradient through the margin the constant is nothing to it. With $\beta = -0.35$ four in ten
# close, most of them within an alphabet, where margins are negative, so it compares training without and with
# these triplets: at CMC@1 no difference from one narrow margin, [-0.007, 0.009], but at CMC@5 it is 0.009
# behind, [0.003, 0.014], over the characters [0.001, 0.016]. So these triplets are worth a little.
#
# *Batches* of neighbouring classes take 0.027 from the hierarchical loss at CMC@1. With them it is behind
# hard triplets in random batches, at CMC@1 by 0.012, [0.001, 0.022], over the characters [-0.003, 0.028], at
# CMC@5 by 0.013, [0.005, 0.021], over the characters [0.003, 0.024]. So they do harm here; why, no control
# says.
#
# *How sure is that?* With 2,160 queries a share of 0.6 has a standard error of 0.01, and differences on the
# same queries are known to about 0.007. But the 18 queries of a character look for the same two drawings, so
# they are not independent, and over characters the intervals of differences are half as wide again. From
# another start, whose drawings were never turned, the ranking is the same: hard cluster 0.031 behind hard
# triplets, over the characters [0.004, 0.057], the hierarchical loss 0.011 ahead of them, [-0.008, 0.030],
# and in batches of neighbouring classes 0.029 less, [0.008, 0.051]. That the control differs by nothing is no
# matter of chance.
#
# *On the real Omniglot* another start and other data change the ranking. In random batches the hierarchical
# loss is 0.043 behind hard triplets, in those of neighbouring classes 0.044 ahead of them, and there 0.050
# better than itself: a random positive, often already in order, needs a near negative to teach anything, and
# the farthest positive beside a near negative is too hard. It is its triplets that gain by these batches, for
# its margins do nothing: the control differs by 0.001. Where hinges can close margins matter, and those of
# the hierarchy cost 0.015, since they throw away the triplets within an alphabet.
#
# - [ ] (2 points) States the setting: data, start, steps, seeds, and that all had the same budget
# - [ ] (2 points) Gives CMC@1, 5 and 10 of all three on unseen characters with intervals, and a figure
# - [ ] (3 points) Explains hard cluster: few triplets a batch, of means: a weaker or smoother signal
# - [ ] (3 points) Separates the margins from triplets and distances by the control and the hinges; how sure?
# <!-- END SOLUTION -->
