# %% [markdown] id="title"
# # Metric embedding
#
# A classifier answers one question: *which of these ten is it?* An **embedding** answers a more useful one:
# *how alike are these two?* It maps an image $x$ to a point $f(x) \in \mathbb{R}^{32}$, so that the distance
# between two points says whether the images show the same thing. With that in hand you can recognise, search,
# verify and group, also for classes that nobody had thought of when the network was trained: a new class
# needs a few examples, not a new network.
#
# In this lab you train such an embedding on handwritten digits with the **triplet loss**, by four steps:
#
# 1. **Data**: from labelled images to triplets: an *anchor*, a *positive* of the same class, a *negative* of
#    another one.
# 2. **Model**: a loss on triplets, a building block, a small network of three such blocks.
# 3. **Training and use**: train, classify by the nearest class mean, compare with plain pixels; then the
#    experiment that this is all about: train *without* one digit, and recognise it nevertheless.
# 4. **Looking at it**: both spaces, projected onto the plane.
#
# 100 points, two to three hours. Everything runs on a laptop's processor. The real MNIST is used where it is
# at hand; otherwise 5,000 of its digits, which come with an installed package, stand in, and all the training
# takes a few minutes. After each task in code a cell checks it on sample cases. Other cases of the same kind
# decide the points, so code that passes for the right reason will pass there, too. Hints unfold below each
# task.

# %% id="imports"
import os
import random
from pathlib import Path

import figures
import torch
import torchvision
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from tqdm.auto import trange
from utils import compute_representations, embed, evaluate, predict, train

from data_utils.mnist import find_mnist
from data_utils.seeding import seed_everything

# %config InlineBackend.figure_format = "retina"

# %% [markdown] id="settings-text"
# The settings of all trainings. The short one is enough for all points; the full one trains three times as
# long.

# %% id="settings" tags=["skip"]
SHORT = True  # False: three times as many epochs
TRIAL = "LAB_TRIAL" in os.environ  # LAB_TRIAL=1: trainings of a step or two, to see that all cells run
SEED = 42
EMB_SIZE = 32
BATCH_SIZE = 64
LEARNING_RATE = 1e-3
EVAL_ON_TEST = True
EVAL_ON_TRAIN = False  # also classify the training images after each epoch: about as long as the training

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
data = find_mnist()
EPOCHS = 1 if data.source == "mnist" else 4  # the stand-in has a fifteenth of the images
if not SHORT:
    EPOCHS *= 3
if TRIAL:
    EPOCHS = 1
print(data)

# %% [markdown] id="look-text"
# Here is what you will work with: one row per class, eight hands each. Some pairs are further apart as pixels
# than they are to your eye (two ones at different slants), others the other way round (a 4 and a 9). A good
# embedding sees them as you do.

# %% id="look" tags=["skip"]
figures.show_classes(data.root)

# %% [markdown] id="task-1"
# ## Task 1 Triplets from MNIST  (10 points, easy, 15 minutes)
#
# Complete `MNISTMetricDataset`. Loading, `__getitem__` and `target2indices` (class → list of the indices of
# its images) are given. The splits yield
#
# | `split` | images | one item |
# | --- | --- | --- |
# | `"train"` | training part | `(anchor, positive, negative, target)` |
# | `"traineval"` | training part | `(anchor, target)` |
# | `"test"` | test part | `(anchor, target)` |
#
# where images are `(1, 28, 28)` with values from 0 to 1, and `target` is the anchor's class. To do:
#
# - `_sample_positive(index)`: the **index** of a random image of the same class as image `index`. Whether it
#   may be `index` itself is up to you.
# - `_sample_negative(index)`: the **index** of a random image of any *other* class. Whether all images are
#   equally likely, or first all classes and then the images of that class, is up to you as well.
#
# They are called up to 180,000 times in a training: do not search through all targets in each call. Leave
# `TODO 3e` for later, but keep in mind that one of the classes may be missing then, although `self.classes`
# lists it.
#
# *How to see that it works:* the check below, and the picture after it: rows of anchor, positive, negative.


# %% id="answer-1" tags=["task-1", "task-3e"]
class MNISTMetricDataset(Dataset):
    """MNIST as triplets (`split="train"`) or as labelled images (`"traineval"`, `"test"`)."""

    def __init__(
        self, root: str = "/tmp/mnist/", split: str = "train", remove_class: int | None = None
    ) -> None:
        super().__init__()
        assert split in ("train", "traineval", "test")
        self.root = root
        self.split = split
        mnist = torchvision.datasets.MNIST(root, train=split != "test", download=True)  # only if not there
        images = mnist.data.unsqueeze(1).float() / 255  # (N, 1, 28, 28)
        targets = mnist.targets  # (N,)
        self.classes = list(range(10))

        if remove_class is not None:
            # TODO 3e: keep only those of the images, and their targets, that are not of class `remove_class`
            # BEGIN SOLUTION
            kept = targets != remove_class
            images, targets = images[kept], targets[kept]
            # END SOLUTION

        # Lists hand out what they hold; a tensor would have to make a new one for every index.
        self.images: list[Tensor] = list(images)
        self.targets: list[int] = targets.tolist()
        self.target2indices: dict[int, list[int]] = {}
        for index, target in enumerate(self.targets):
            self.target2indices.setdefault(target, []).append(index)

    def _sample_positive(self, index: int) -> int:
        """The index of a random image of the same class as image `index`."""
        # TODO 1: which class is it? which images does that class have?
        # BEGIN SOLUTION
        return random.choice(self.target2indices[self.targets[index]])
        # END SOLUTION

    def _sample_negative(self, index: int) -> int:
        """The index of a random image of another class than image `index`."""
        # TODO 1: which classes are left? then as above
        # BEGIN SOLUTION
        other = random.choice([c for c in self.target2indices if c != self.targets[index]])
        return random.choice(self.target2indices[other])
        # END SOLUTION

    def __getitem__(self, index: int) -> tuple:
        anchor, target = self.images[index], self.targets[index]
        if self.split != "train":
            return anchor, target
        positive = self.images[self._sample_positive(index)]
        negative = self.images[self._sample_negative(index)]
        return anchor, positive, negative, target

    def __len__(self) -> int:
        return len(self.images)


# %% [markdown] id="hints-1" tags=["hints"]
# <details><summary>Hint 1: a nudge</summary>
#
# `target2indices` already has all images of a class in a list. What is left is a random choice.
# </details>
#
# <details><summary>Hint 2: the positive</summary>
#
# `self.targets[index]` is the class of image `index`, and a class is a key of `self.target2indices`.
# `random.choice` draws from a list.
# </details>
#
# <details><summary>Hint 3: the negative</summary>
#
# Either draw any index until its class differs, or draw a class other than the anchor's, then one of its
# images. For the second way: the keys of `target2indices` are the classes that really are there.
# </details>

# %% id="look-triplets" tags=["skip"]
seed_everything(SEED)
figures.show_triplets(MNISTMetricDataset(data.root, split="train"))

# %% [markdown] id="model-text"
# ## The model
#
# Learning needs a number that is small when the embedding is good. Comparing every pair of images with a
# *wanted* distance would ask for too much: nobody knows how far apart a 3 and an 8 should be. The triplet
# loss (Weinberger & Saul 2009; Schroff et al. 2015, arXiv 1503.03832) asks only for an **order**, with some
# room to spare: the anchor should be nearer to the positive than to the negative, by a margin of 1,
#
# $$
# \ell(a, p, n) = \max\bigl(0,\; d(a, p) - d(a, n) + 1\bigr),
# \qquad d(x, y) = \lVert f(x) - f(y) \rVert_2 .
# $$
#
# Once a triplet keeps the margin, its loss and its gradient are zero: the network's attention stays on those
# that it gets wrong.

# %% id="look-hinge" tags=["skip"]
figures.show_hinge()

# %% [markdown] id="task-2a"
# ## Task 2a The triplet loss  (10 points, easy, 10 minutes)
#
# Write `SimpleMetricEmbedding.loss(anchor, positive, negative)`, in the class under task 2c: three batches of
# images `(B, 1, 28, 28)` go in, a scalar tensor with gradients comes out, the **mean** over the batch of the
# $\ell$ above. Take the embeddings from `self.get_features`, so that the loss does not care which network is
# inside. Write the formula yourself, or use the function of torch that computes it.
#
# *How to see that it works:* for three equal images the loss is the margin, whatever the network.

# %% [markdown] id="task-2b"
# ## Task 2b Normalisation, ReLU, convolution  (10 points, easy, 10 minutes)
#
# The network is made of blocks in the "pre-activation" order (He et al. 2016, arXiv 1603.05027): first a
# normalisation of the block's input, then ReLU, then a `k` x `k` convolution from `num_maps_in` to
# `num_maps_out` maps, with or without `bias`. A convolution at the end means that the embedding can take any
# sign; a block that ended with ReLU would give points in one orthant only.
#
# **Which normalisation?** The name says BN, batch normalisation; earlier versions of this lab said group
# normalisation. Either is right here, group normalisation with any number of groups that divides the maps
# (the first block has only one map, hence one group). Padding or none: your choice as well.
#
# *How to see that it works:* `_BNReluConv(1, 32)(torch.rand(4, 1, 28, 28)).shape` is `(4, 32, 28, 28)` with a
# padding of 1, `(4, 32, 26, 26)` without.


# %% id="answer-2b" tags=["task-2b"]
class _BNReluConv(nn.Sequential):
    """Normalisation, ReLU, convolution: (B, num_maps_in, H, W) -> (B, num_maps_out, H', W')."""

    def __init__(self, num_maps_in: int, num_maps_out: int, k: int = 3, bias: bool = True) -> None:
        super().__init__()
        # TODO 2b: `self.append(...)` three layers
        # BEGIN SOLUTION
        self.append(nn.BatchNorm2d(num_maps_in))
        self.append(nn.ReLU())
        self.append(nn.Conv2d(num_maps_in, num_maps_out, k, padding=k // 2, bias=bias))
        # END SOLUTION


# %% [markdown] id="hints-2b" tags=["hints"]
# <details><summary>Hint 1: which layers</summary>
#
# `nn.BatchNorm2d` or `nn.GroupNorm`, `nn.ReLU`, `nn.Conv2d`.
# </details>
#
# <details><summary>Hint 2: how many maps does the normalisation see?</summary>
#
# It comes before the convolution, so `num_maps_in`. `nn.GroupNorm` wants the number of groups first.
# </details>

# %% [markdown] id="task-2c"
# ## Task 2c The network  (20 points, medium, 20 minutes)
#
# `SimpleMetricEmbedding(input_channels, emb_size=32)` maps images `(B, input_channels, H, W)` to embeddings
# `(B, emb_size)`:
#
# > block → max pooling → block → max pooling → block → global average pooling
#
# Each block is a `_BNReluConv` with kernel 3 and `emb_size` output maps, with weights of its own; each max
# pooling has kernel 3 and stride 2; global average pooling is the mean of each map over height and width.
# With padding the maps are large enough for one more max pooling after the last block: allowed, and it helps.
# `get_features(img)` gives the result, also for a batch of one: `(1, emb_size)`. The three blocks have 19,000
# parameters.
#
# | after | padding 1 | no padding |
# | --- | --- | --- |
# | image | 28 x 28 | 28 x 28 |
# | block 1, pooling | 28 → 13 | 26 → 12 |
# | block 2, pooling | 13 → 6 | 10 → 4 |
# | block 3, pooling | 6 → 2 | 2 |
# | average | 32 numbers | 32 numbers |
#
# *How to see that it works:* the shapes in the table. And every parameter has a gradient after
# `loss.backward()`.


# %% id="answer-2c" tags=["task-2a", "task-2c"]
class SimpleMetricEmbedding(nn.Module):
    """Images (B, input_channels, H, W) -> points (B, emb_size), with the triplet loss to learn them by."""

    def __init__(self, input_channels: int, emb_size: int = 32) -> None:
        super().__init__()
        self.emb_size = emb_size
        # TODO 2c: three blocks, and what stands between them
        # BEGIN SOLUTION
        self.block1 = _BNReluConv(input_channels, emb_size)
        self.block2 = _BNReluConv(emb_size, emb_size)
        self.block3 = _BNReluConv(emb_size, emb_size)
        self.pool = nn.MaxPool2d(kernel_size=3, stride=2)
        # END SOLUTION

    def get_features(self, img: Float[Tensor, "b c h w"]) -> Float[Tensor, "b emb_size"]:
        """The embeddings of a batch of images."""
        # TODO 2c: from the image to `emb_size` numbers
        # BEGIN SOLUTION
        x = self.pool(self.block1(img))
        x = self.pool(self.block2(x))
        x = self.pool(self.block3(x))
        return x.mean(dim=(2, 3))
        # END SOLUTION

    def loss(
        self,
        anchor: Float[Tensor, "b c h w"],
        positive: Float[Tensor, "b c h w"],
        negative: Float[Tensor, "b c h w"],
    ) -> Float[Tensor, ""]:
        """The mean triplet loss of a batch, with a margin of 1."""
        # TODO 2a: the embeddings of all three, two distances for each triplet, the hinge, the mean
        # BEGIN SOLUTION
        a, p, n = (self.get_features(images) for images in (anchor, positive, negative))
        to_positive = nn.functional.pairwise_distance(a, p)
        to_negative = nn.functional.pairwise_distance(a, n)
        return torch.relu(to_positive - to_negative + 1).mean()
        # END SOLUTION


# %% [markdown] id="hints-2a" tags=["hints"]
# <details><summary>2a, hint 1: distances</summary>
#
# `torch.nn.functional.pairwise_distance(a, p)` has shape `(B,)`: one distance for each row.
# </details>
#
# <details><summary>2a, hint 2: the hinge</summary>
#
# `torch.relu(x)` is max(x, 0), elementwise. The mean comes after it, not before: the mean of hinges is not
# the hinge of the mean.
# </details>
#
# <details><summary>2a, hint 3: by torch</summary>
#
# `torch.nn.TripletMarginLoss` has the right margin, norm and reduction as its defaults.
# </details>
#
# <details><summary>2c, hint 1: what is made where</summary>
#
# Layers with parameters are made in `__init__` and assigned to `self`, so that the optimiser finds them.
# `get_features` only calls them.
# </details>
#
# <details><summary>2c, hint 2: how many maps go in?</summary>
#
# Block 1 gets `input_channels` maps, blocks 2 and 3 get the `emb_size` maps of the block before.
# </details>
#
# <details><summary>2c, hint 3: the end</summary>
#
# `x.mean(dim=(2, 3))`, or `nn.AdaptiveAvgPool2d(1)` and then `x.flatten(start_dim=1)`. A bare `flatten()` or
# `squeeze()` would take the batch away, too.
# </details>

# %% [markdown] id="use-text"
# ## Training and use
#
# How does one classify with an embedding? There are no outputs for classes: there are points. Read the given
# `utils.py` beside this notebook; its four functions are short.
#
# | function | does |
# | --- | --- |
# | `train(model, optimizer, loader, device)` | one epoch over triplets, gives the mean loss |
# | `compute_representations(model, loader, identities_count, emb_size, device)` | one point per class |
# | `make_predictions(representations, r)` | squared distances of embeddings `r` to all representatives |
# | `evaluate(model, representations, loader, device)` | the share of images that are classified right |

# %% [markdown] id="task-3a"
# ## Task 3a From embeddings to classes  (8 points, easy, 15 minutes)
#
# In your own words, in about ten sentences: how does `utils.py` come from images to the representative of a
# class, and from a test image to its predicted class? What does this way assume about the shape of the
# classes in the embedding space? Name at least two other ways to classify with the same trained network, and
# say what each would gain or cost.

# %% [markdown] id="answer-3a" tags=["written", "task-3a"]
# <!-- BEGIN SOLUTION -->
# The network is put into eval mode. All training images go through it in batches, and the embeddings of each
# class are averaged; the mean is divided by its norm. That unit vector is the class's representative. A test
# image is embedded, its embedding divided by its norm, too, and it gets the class whose representative is
# nearest in squared Euclidean distance. Since $\lVert u - v \rVert^2 = 2 - 2\,u^\top v$ for unit vectors,
# this is the representative with the largest cosine; only directions count, lengths do not. A class without
# examples has no representative and is never predicted.
#
# One point per class assumes that each class is one round cloud in the space of directions, and all of them
# about equally wide: a class of two clusters (a 7 with and without a bar) has its mean between them, where
# nothing is, and of two classes of different width the wider one loses at the border. The triplet loss does
# not force a class into one cloud, though in practice it mostly comes out like that.
#
# Other ways: (1) *k nearest neighbours* among the embedded training images: any shape of class, but all
# embeddings must be kept and compared with, 60,000 instead of 10. (2) *Several representatives per class*, by
# k-means within the class: between the two, with a number to choose. (3) *A linear classifier* (logistic
# regression, an SVM) on the frozen embeddings: weighs the directions by how useful they are and puts the
# boundaries where they are best, but must be trained anew for each new class. (4) *A Gaussian for each
# class*, i.e. the Mahalanobis distance: takes widths and correlations into account, but needs enough examples
# for a covariance.
#
# - [ ] (2 points) Representative: the mean of the embeddings of a class's training images, over its norm
# - [ ] (2 points) Prediction: the embedding divided by its norm, then the nearest representative
# - [ ] (1 point) What it assumes or loses: one point per class, so classes should be single round clouds
# - [ ] (3 points) Two other ways (neighbours, several points per class, classifier ...), with their price
# <!-- END SOLUTION -->

# %% [markdown] id="task-3b"
# ## Task 3b Training  (10 points, medium, 20 minutes)
#
# Write `fit`, which trains a fresh network and classifies after every epoch: three data sets (`train`,
# `traineval`, `test`), a `DataLoader` for each (batches of `BATCH_SIZE`; the training one shuffled, its last
# incomplete batch dropped), Adam with `LEARNING_RATE`, and in each epoch `train`, then representatives from
# `traineval`, then the accuracy on `test`. `remove_class`, for task 3e, concerns the training set
# only.
#
# On the real MNIST one epoch takes about two minutes and gets 97.5 % of the test images right, three get 98
# %; with the stand-in it is less than a minute, and about 95 %, or 96 % in the full setting. What is graded
# are the trained weights, saved in task 3d: the grader puts the numbers in the file into a network of the
# same shape as yours and works out its accuracy on digits that nobody has seen. The check of this task stands
# there, too. The networks that come with the lab do not count as yours, whole or in part.


# %% id="answer-3b" tags=["task-3b", "skip"]
def fit(remove_class: int | None = None) -> tuple[nn.Module, Tensor, list[dict[str, float]]]:
    """A trained network, the representatives of all ten classes, and loss and accuracy of each epoch."""
    # TODO 3b: in this order
    # - data sets and loaders (their root is `data.root`), the network on `DEVICE`, the optimiser
    # - for each epoch: train; representatives of all ten classes; where EVAL_ON_TEST or EVAL_ON_TRAIN
    #   says so, the accuracy; append {"loss": ..., "test": ...} to the history
    # BEGIN SOLUTION
    training = MNISTMetricDataset(data.root, "train", remove_class)
    train_loader = DataLoader(training, BATCH_SIZE, shuffle=True, drop_last=True)
    known_loader = DataLoader(MNISTMetricDataset(data.root, "traineval"), 256)
    test_loader = DataLoader(MNISTMetricDataset(data.root, "test"), 256)
    model = SimpleMetricEmbedding(1, EMB_SIZE).to(DEVICE)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    history: list[dict[str, float]] = []
    for _ in trange(EPOCHS, desc="epochs"):
        history.append({"loss": train(model, optimizer, train_loader, DEVICE)})
        representations = compute_representations(model, known_loader, 10, EMB_SIZE, DEVICE)
        if EVAL_ON_TEST:
            history[-1]["test"] = evaluate(model, representations, test_loader, DEVICE)
        if EVAL_ON_TRAIN:
            history[-1]["train"] = evaluate(model, representations, known_loader, DEVICE)
    return model, representations, history
    # END SOLUTION


seed_everything(SEED)
model, representations, history = fit()
print(f"after {len(history)} epochs:", {name: round(value, 4) for name, value in history[-1].items()})
figures.show_curves(history)

# %% [markdown] id="hints-3b" tags=["hints"]
# <details><summary>Hint 1: the loaders</summary>
#
# `DataLoader(dataset, BATCH_SIZE, shuffle=True, drop_last=True)` for the training; neither for the other two,
# and their batches may be larger.
# </details>
#
# <details><summary>Hint 2: one epoch</summary>
#
# `loss = train(model, optimizer, train_loader, DEVICE)`, then
# `representations = compute_representations(model, known_loader, 10, EMB_SIZE, DEVICE)`, then
# `evaluate(model, representations, test_loader, DEVICE)`.
# </details>
#
# <details><summary>Hint 3: the loss falls, the accuracy does not rise</summary>
#
# Are the representatives computed from `traineval`, after the epoch and not before? A loss that stays at 1
# means that all embeddings are the same point.
# </details>

# %% [markdown] id="errors-text"
# Which digits does it take for which? Most of what is left are pairs that people confuse, too.

# %% id="look-errors" tags=["skip"]
test_loader = DataLoader(MNISTMetricDataset(data.root, "test"), 256)
figures.show_confusion(*predict(model, representations, test_loader, DEVICE), "Trained on all ten digits")

# %% [markdown] id="task-3c"
# ## Task 3c Image space  (4 points, easy, 5 minutes)
#
# Is the network worth it? The baseline does without one: `IdentityModel.get_features` takes the 784 pixels of
# an image as its embedding, `(B, 784)`. Class means and nearest neighbours work in this space, too.
#
# *How to see that it works:* the accuracy is a little above 82 % on the real MNIST.


# %% id="answer-3c" tags=["task-3c"]
class IdentityModel(nn.Module):
    """No network at all: an image is its own embedding."""

    def get_features(self, img: Float[Tensor, "b 1 28 28"]) -> Float[Tensor, "b 784"]:
        """The pixels of each image in one row."""
        # TODO 3c: one row per image
        # BEGIN SOLUTION
        return img.flatten(start_dim=1)
        # END SOLUTION


# %% [markdown] id="hints-3c" tags=["hints"]
# <details><summary>Hint: the first axis stays</summary>
#
# `flatten` takes the axis that it begins with.
# </details>

# %% id="look-image-space" tags=["skip"]
pixels = IdentityModel()
known_loader = DataLoader(MNISTMetricDataset(data.root, "traineval"), 256)
mean_images = compute_representations(pixels, known_loader, 10, emb_size=784)
print(f"image space: {100 * evaluate(pixels, mean_images, test_loader):.2f} %")
figures.show_representatives(mean_images)

# %% [markdown] id="task-3d"
# ## Task 3d Saving and loading  (6 points, easy, 5 minutes)
#
# Save the trained weights as `metric-embedding.pth` with `torch.save`: the network's `state_dict()`, not the
# network object, so that the file holds nothing but tensors and opens with `weights_only=True`. Then make a
# fresh `SimpleMetricEmbedding`, load the file into it and classify again: the accuracy must be the same to
# the last digit.

# %% id="answer-3d" tags=["task-3d", "task-3b", "skip"]
# TODO 3d: save `model`'s weights; `loaded`, a new network with the weights from the file, in eval mode
# BEGIN SOLUTION
torch.save(model.state_dict(), "metric-embedding.pth")
loaded = SimpleMetricEmbedding(1, EMB_SIZE).to(DEVICE)
loaded.load_state_dict(torch.load("metric-embedding.pth", map_location=DEVICE, weights_only=True))
loaded.eval()
# END SOLUTION
print(f"loaded again: {100 * evaluate(loaded, representations, test_loader, DEVICE):.2f} %")

# %% [markdown] id="hints-3d" tags=["hints"]
# <details><summary>Hint 1: what is saved</summary>
#
# `model.state_dict()` is a dictionary of tensors by name; `torch.save(what, path)` writes it.
# </details>
#
# <details><summary>Hint 2: what it is loaded into</summary>
#
# A new network with random weights, `SimpleMetricEmbedding(1, EMB_SIZE)`. Its `load_state_dict` takes what
# `torch.load(path, weights_only=True)` gives. Then `.eval()`.
# </details>

# %% [markdown] id="task-3e"
# ## Task 3e A class that was never seen  (12 points, medium, 25 minutes)
#
# Now the experiment. First complete `TODO 3e` in `MNISTMetricDataset`: with `remove_class=0` every image of a
# zero is gone, together with its target, and neither anchors nor positives nor negatives are ever zeros.
# Indices are positions among the images that are *left*. Only the training set is made so; what the other
# splits do with `remove_class` is up to you.
#
# Then train a second network without zeros, as long as the first. The representatives still come from the
# training images of **all ten** classes, zeros included, and all test images are classified. Nothing in the
# network has ever been told that zeros exist; ten lines of averaging tell it now. Save the weights as
# `metric-embedding-without-0.pth`. What share of all test images is right? What share of the zeros?

# %% id="answer-3e" tags=["task-3e", "skip"]
seed_everything(SEED)
# TODO 3e: `model_without_0`, `representations_without_0`, `history_without_0` by `fit`; save the weights
# BEGIN SOLUTION
model_without_0, representations_without_0, history_without_0 = fit(remove_class=0)
torch.save(model_without_0.state_dict(), "metric-embedding-without-0.pth")
# END SOLUTION
predicted, target = predict(model_without_0, representations_without_0, test_loader, DEVICE)
right = (predicted == target).float()
print(f"all ten digits: {100 * right.mean():.2f} %, the zeros alone: {100 * right[target == 0].mean():.2f} %")
figures.show_confusion(predicted, target, "Trained without zeros")

# %% [markdown] id="hints-3e" tags=["hints"]
# <details><summary>Hint 1: the removal</summary>
#
# `targets != remove_class` is a mask, and both tensors can be indexed with it. It must happen before they
# become lists and `target2indices` is made: see where the TODO stands.
# </details>
#
# <details><summary>Hint 2: an IndexError in a sampler</summary>
#
# `self.classes` still lists the removed class, which has no images. Which classes does `target2indices` have?
# </details>
#
# <details><summary>Hint 3: which data set is without zeros?</summary>
#
# Only the one that is trained on. Representatives and test see all ten classes.
# </details>

# %% [markdown] id="task-4"
# ## Task 4 Looking at it  (10 points, medium, 20 minutes)
#
# Thirty-two dimensions cannot be drawn, but two can: those along which the points spread the most. Finding
# them is principal component analysis: centre the rows of $X \in \mathbb{R}^{N \times D}$ and take the two
# leading singular directions,
#
# $$
# X - \mathbf{1}\mu^\top \approx U S V^\top,
# \qquad U \in \mathbb{R}^{N \times 2},\; S \in \mathbb{R}^{2 \times 2},\; V \in \mathbb{R}^{D \times 2}.
# $$
#
# Write `project_2d(X)`, which gives two coordinates for each row, with `torch.pca_lowrank`: it centres by
# itself. $U$, $U S$ and $X V$ are all fine; sign and order of the axes mean nothing in such a picture, and
# neither does a scale that both of them share.
#
# Below it both spaces are drawn side by side, for the network that was trained on all digits and for the one
# that never saw a zero. Look for the zeros in each of them.


# %% id="answer-4" tags=["task-4"]
def project_2d(X: Float[Tensor, "n d"]) -> Float[Tensor, "n 2"]:
    """Coordinates of the rows of `X` in the plane of their largest variance."""
    # TODO 4: `torch.pca_lowrank` gives U, S, V: which of them has a row for each row of X?
    # BEGIN SOLUTION
    U, S, _ = torch.pca_lowrank(X, q=2)
    return U * S
    # END SOLUTION


# %% [markdown] id="hints-4" tags=["hints"]
# <details><summary>Hint 1: what comes out</summary>
#
# `U, S, V = torch.pca_lowrank(X, q=2)` with shapes `(N, 2)`, `(2,)` and `(D, 2)`.
# </details>
#
# <details><summary>Hint 2: which one</summary>
#
# `V` are the directions, `U` the coordinates along them, at length 1; `U * S` has the true proportions.
# </details>

# %% [markdown] id="planes-text"
# Where you have no trained weights of your own yet, the released ones are loaded (trained on the real MNIST),
# if they fit into your network.

# %% id="look-planes" tags=["skip"]
RELEASED = Path("../../fixtures/metric_embedding/checkpoints")
own_loader = DataLoader(MNISTMetricDataset(data.root, "test"), 256)
planes: dict[str, Int[Tensor, "n"] | Float[Tensor, "n 2"]] = {}
image_space, labels = embed(IdentityModel(), own_loader)
planes["image space"] = project_2d(image_space)
for name, file in (
    ("feature space, trained on all digits", "metric-embedding.pth"),
    ("feature space, trained without zeros", "metric-embedding-without-0.pth"),
):
    network = SimpleMetricEmbedding(1, EMB_SIZE)
    path = Path(file) if Path(file).exists() else RELEASED / f"released-{file}"
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    planes[name] = project_2d(embed(network, own_loader)[0])
figures.show_planes(planes, labels)

# %% [markdown] id="end"
# ## What you have now
#
# A function that turns an image into 32 numbers, in which "the same digit" means "close by", also for a digit
# that took no part in the training. The price was a loss that learns nothing from most triplets: after an
# epoch nearly all of them keep their margin. *Which* triplets the network is shown then decides how far it
# gets; that is the subject of the lab on hard triplets.
