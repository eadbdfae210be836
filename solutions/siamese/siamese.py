# %% [markdown] id="title"
# # Siamese networks: the same person or not?
#
# At the border somebody holds a passport up to a camera. The machine has never seen this person and will
# never see them again; it has one picture, in the passport, and has to say whether the face before it is the
# same. No classifier helps: there is no class. What helps is a function that maps a face to a point so that
# **distance means difference**, for everybody, including people who were not there when it was learned.
#
# Such a function is learned from *pairs*. Both pictures of a pair go through one and the same network, the
# *twins* of a Siamese network (Bromley et al. 1993), and the **contrastive loss** (Hadsell, Chopra and
# LeCun 2006) says how far apart they should come out.
#
# | part | you will | tasks |
# | --- | --- | --- |
# | 1, 2 | understand the loss: derive its gradient by hand, write it in torch | 1.1, 1.2, 2 |
# | 3, 4 | draw fair pairs, build the twins | 3, 4 |
# | 5 | train them, and ask about people they have never seen | 5.1, 5.2 |
#
# 100 points, two to three hours. After each task in code a cell checks it on sample cases. Other cases of the
# same kind decide the points, so code that passes for the right reason will pass there, too. Hints unfold
# below each task.

# %% id="imports"
import os
import random

import figures
import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset
from tqdm.auto import trange
from verification import distances, embed_people, one_shot, roc, to_tensor, training_people

from data_utils.faces import find_faces
from data_utils.seeding import seed_everything

# %config InlineBackend.figure_format = "retina"

# %% id="settings" tags=["skip"]
SHORT = True  # some minutes on a laptop; False: the full 200 epochs
TRIAL = "LAB_TRIAL" in os.environ  # LAB_TRIAL=1: trainings of a step or two, to see that all cells run

SEED = 42
EPOCHS = 1 if TRIAL else 30 if SHORT else 200
PAIRS, BATCH = 64 if TRIAL else 500, 64  # of an epoch, of a step
MARGIN, LEARNING_RATE = 3.0, 1e-3
DATA_DIR = None  # the folder that holds att_faces/, where it is not found by itself
DEVICE = torch.device(
    "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
)

# %% [markdown] id="data"
# ## The data
#
# The AT&T faces (also known as ORL) are 40 people, ten pictures each, taken over two years: another day,
# another look, glasses on or off. Where they are not on your machine, *drawn people* stand in: each has a
# head, eyes, brows, a nose, a mouth, hair and maybe glasses of their own, and no two pictures of them agree
# in pose, expression, light or background. The people in `testing` are in no picture of `training`.

# %% id="load-data" tags=["skip"]
faces = find_faces(DATA_DIR)
people = training_people(faces)
print(faces)
print(f"{len(people.classes)} people to train on, {len(people.imgs)} pictures")
figures.show_people(faces.root / "testing", count=3)

# %% [markdown] id="episode"
# The question of the passport, asked about more than one person: given **one picture of each of k people**,
# say whose face the next picture shows. That is *k-way 1-shot* classification; the pictures with names are
# the *support*, the one without is the *query*. With n pictures of each person it is *k-way n-shot*.
#
# Such questions are **few-shot learning**. An ordinary classifier has one output for each class that it was
# trained on: it cannot name a new one without many pictures of it and another training. Here what is learned
# is how to compare, and a new class is only a new support. Networks that learn in this way how to learn a
# class from few examples are also said to do **meta-learning**.

# %% id="show-episode" tags=["skip"]
figures.show_episode(faces.root / "training")

# %% [markdown] id="part-1"
# # 1 The contrastive loss
#
# Let $o_1, o_2 \in \mathbb{R}^d$ be what the network makes of two pictures, $D = \lVert o_1 - o_2 \rVert_2$
# their distance, and $Y$ the label: **0 for the same class, 1 for different ones**. (Others have it the
# other way round; look before you copy.) The loss of the pair is
#
# $$
# \ell(o_1, o_2, Y) = (1 - Y)\, D^2 + Y \max(0,\, m - D)^2 .
# $$
#
# Pairs of one class are pulled together, the harder the further apart they are. Pairs of two classes are
# pushed apart, but only until there is a *margin* $m$ between them; then they are left alone.

# %% id="show-loss" tags=["skip"]
figures.show_loss()

# %% [markdown] id="task-1-1"
# ## Task 1.1 The gradient by hand  (15 points, medium, 25 minutes)
#
# To warm up, the derivative without a machine. With $D^2 = \lVert o_1 - o_2 \rVert^2$ and the chain rule,
# find $\partial \ell / \partial o_1$ and $\partial \ell / \partial o_2$ for both labels, on a sheet of paper.
# Then write `contrastive_grad(output1, output2, label, margin)` in NumPy: the gradients of the **mean** loss
# of a batch with respect to both outputs, a pair of arrays `(B, d)`. `label` has shape `(B,)`. Do not change
# the arrays that you are given.
#
# *How to see that it works:* behind task 2 your formula is compared with automatic differentiation by two
# packages and with differences. Any derivative can be checked like that: $f(x + h) - f(x - h)$ over $2h$,
# coordinate by coordinate.


# %% id="answer-1-1" tags=["task-1.1"]
def contrastive_grad(
    output1: Float[NDArray, "b d"], output2: Float[NDArray, "b d"], label: Float[NDArray, "b"], margin: float
) -> tuple[Float[NDArray, "b d"], Float[NDArray, "b d"]]:
    """Gradients of the mean contrastive loss with respect to `output1` and `output2`."""
    # TODO 1.1: the gradient of each pair's loss with respect to output1, then the mean; output2's follows
    # BEGIN SOLUTION
    difference = output1 - output2
    distance = np.linalg.norm(difference, axis=1, keepdims=True)
    different = label.reshape(-1, 1)
    pull = 2 * difference
    push = -2 * np.maximum(margin - distance, 0) * difference / np.maximum(distance, 1e-12)
    gradient = ((1 - different) * pull + different * push) / len(output1)
    return gradient, -gradient
    # END SOLUTION


# %% [markdown] id="hints-1-1" tags=["hints"]
# <details><summary>Hint 1: same class</summary>
#
# $D^2$ is a sum of squares: its derivative with respect to $o_1$ is $2 (o_1 - o_2)$. No root is in it.
# </details>
#
# <details><summary>Hint 2: different classes</summary>
#
# Outside in: the square, the hinge, the distance. $\partial D / \partial o_1 = (o_1 - o_2) / D$, a vector
# of length one. Where $D > m$ the hinge is 0, and so is the gradient.
# </details>
#
# <details><summary>Hint 3: shapes</summary>
#
# Distances with `keepdims=True` are `(B, 1)` and multiply each row of a `(B, d)` array. The label needs
# `reshape(-1, 1)` for that.
# </details>

# %% [markdown] id="task-1-2"
# ## Task 1.2 Where the loss has corners  (10 points, medium, 15 minutes)
#
# The formulas of 1.1 say nothing about two places. **(a)** $D = m$ for a pair of two classes: is the loss
# differentiable there? What is the gradient on either side? Would it be with $\max(0, m - D)$ without the
# square? **(b)** $D = 0$: what do the loss of both kinds of pairs and its gradient do as the outputs approach
# each other, and what comes out of `(x - y).norm()`, of `F.pairwise_distance` (which adds `eps`) and of your
# own code? Which of them brings a NaN into the training, and when would that happen in practice?

# %% [markdown] id="answer-1-2" tags=["written", "task-1.2"]
# <!-- BEGIN SOLUTION -->
# (a) At $D = m$ the hinge has a corner, but its square has none: from the left the gradient is $-2(m - D)$
# times a unit vector, which goes to 0, and from the right it is 0. So the loss is differentiable once, with
# gradient 0 (the second derivative jumps). Without the square the gradient would jump from length 1 to 0, and
# at $D = m$ there would be none; programs then take a value between, mostly 0.
#
# (b) For the same class the loss $D^2$ is smooth, its gradient $2(o_1 - o_2)$ goes to 0. For different
# classes the loss goes to $m^2$, and the gradient has length $2(m - D) \to 2m$ but its direction $(o_1 -
# o_2)/D$ is undefined at 0: the loss has a peak there, like a cone. In code $0 / 0$ is NaN unless guarded:
# the derivative of a square root is infinite at 0, and infinity times 0 is NaN, even for pairs of the same
# class if $D^2$ is computed as the square of a root. `norm()` in torch gives the subgradient 0 at 0; a
# plain `sum().sqrt()` gives NaN; `F.pairwise_distance` adds 1e-6 to each difference, so that there is
# always some direction, the same one for all. Mine divides by
# $\max(D, 10^{-12})$ and gives 0.
#
# In practice: when a data set pairs a picture with itself, both outputs are equal to the last bit. One NaN
# in a gradient makes all weights NaN at the next step.
#
# - [ ] (2 points) At D = m: differentiable, gradient 0 from both sides, thanks to the square
# - [ ] (2 points) Without the square the gradient jumps there
# - [ ] (2 points) At D = 0, same class: smooth, gradient 0
# - [ ] (2 points) At D = 0, different classes: no direction; the gradient does not go to 0
# - [ ] (2 points) NaN by 0 / 0 or the root's derivative, guarded by eps; happens when a picture meets itself
# <!-- END SOLUTION -->

# %% [markdown] id="task-2"
# # Task 2 The contrastive loss  (15 points, medium, 15 minutes)
#
# Write `ContrastiveLoss(margin=2.0)`, whose `forward(output1, output2, label)` takes outputs `(B, d)` and
# labels of shape `(B, 1)`, as the data set below yields them, **or** `(B,)`, and returns the mean of $\ell$
# over the batch, a number with a gradient.
#
# Take care of the shapes. `F.pairwise_distance` gives `(B,)`. Multiplied by a label of shape `(B, 1)` that is
# `(B, B)`: torch *broadcasts*, each distance meets each label, nothing fails, the loss even falls. It is the
# best-hidden mistake in this lab; print the shapes.
#
# *How to see that it works:* the loss of one pair `[[0, 0]], [[3, 4]]` is 25 for label 0; for label 1 and a
# margin of 6 it is 1.


# %% id="answer-2" tags=["task-2"]
class ContrastiveLoss(nn.Module):
    """(1 - Y) D^2 + Y max(0, margin - D)^2, the mean over the batch; Y = 1 where the classes differ."""

    def __init__(self, margin: float = 2.0) -> None:
        super().__init__()
        self.margin = margin

    def forward(
        self, output1: Float[Tensor, "b d"], output2: Float[Tensor, "b d"], label: Float[Tensor, "..."]
    ) -> Float[Tensor, ""]:
        """The loss of a batch; `label` is (B, 1) or (B,)."""
        # TODO 2: distances and labels of one shape, both terms, the mean
        # BEGIN SOLUTION
        distance = F.pairwise_distance(output1, output2)
        different = label.view(-1)
        same = (1 - different) * distance**2
        return (same + different * torch.clamp(self.margin - distance, min=0) ** 2).mean()
        # END SOLUTION


# %% [markdown] id="hints-2" tags=["hints"]
# <details><summary>Hint 1: one shape</summary>
#
# Either `F.pairwise_distance(output1, output2, keepdim=True)` and labels `view(-1, 1)`, or everything as
# `(B,)`.
# </details>
#
# <details><summary>Hint 2: in which order?</summary>
#
# Clamp first, then square: $(m - D)^2$ of a pair beyond the margin is positive, and would pull it back.
# </details>

# %% [markdown] id="differentiate"
# Now there are both, the loss and its gradient by hand, and three more ways from the one to the other: torch,
# which differentiates your loss; the package `autograd`, which differentiates NumPy code, here the distance,
# to be multiplied by the slope of your loss (chain rule); and central differences. Where all differ, it is
# `contrastive_grad` or the loss that is wrong; `F.pairwise_distance`, which adds `eps` to each difference, is
# worth about 1e-6.


# %% id="compare-gradients" tags=["skip"]
def compare_gradients(margin: float = 2.0, h: float = 1e-5) -> None:
    """Print how far `contrastive_grad` is from three other ways, at random outputs."""
    import autograd
    import autograd.numpy as anp

    rng = np.random.default_rng(SEED)
    one, other = rng.normal(size=(2, 6, 3))
    label = np.tile([0.0, 1.0], 3)
    criterion = ContrastiveLoss(margin)

    def loss(*outputs):
        return criterion(*map(torch.as_tensor, outputs), torch.tensor(label))

    def lengths(one, other):
        return anp.sqrt(((one - other) ** 2).sum(axis=1))

    ours = contrastive_grad(one, other, label, margin)
    leaves = [torch.tensor(array, requires_grad=True) for array in (one, other)]
    loss(*leaves).backward()
    on_a_line = torch.tensor(lengths(one, other)[:, None], requires_grad=True)  # as far from 0 as the pairs
    loss(on_a_line, torch.zeros_like(on_a_line)).backward()
    directions = autograd.grad(lambda *outputs: lengths(*outputs).sum(), (0, 1))(one, other)
    by_differences = np.zeros_like(one)
    for place in np.ndindex(one.shape):
        step = np.zeros_like(one)
        step[place] = h
        by_differences[place] = float(loss(one + step, other) - loss(one - step, other)) / (2 * h)
    for name, theirs in (
        ("autograd", [on_a_line.grad.numpy() * each for each in directions]),
        ("torch", [leaf.grad.numpy() for leaf in leaves]),
        ("central differences", [by_differences, -by_differences]),
    ):
        worst = max(np.abs(a - b).max() for a, b in zip(ours, theirs, strict=True))
        print(f"{name:<20} largest difference {worst:.1e}")


compare_gradients()

# %% [markdown] id="task-3"
# # Task 3 Pairs  (20 points, medium, 25 minutes)
#
# `SiameseNetworkDataset(imageFolderDataset, transform=None)` makes pairs from a folder of people. It is given
# torchvision's `ImageFolder`, of which you need one thing: `.imgs`, a list of `(path, person)`. An item is
# `(img0, img1, label)`:
#
# - two pictures, opened in grey (`Image.open(path).convert("L")`), each passed through `transform` if there
#   is one, and otherwise left as they are: neither inverted, mirrored, turned nor resized;
# - a float tensor of shape `(1,)`: 0 where both show one person, 1 where they show two.
#
# **Half of the pairs** on average are of one person; toss a coin. A pair that is labelled different must
# really be of two people, and a pair of one person must not always be one picture twice (now and then it may
# be). Every picture must have a chance, on either side, in pairs of both kinds. `__len__` is up to you: the
# number of pictures, or a fixed one, no smaller than the number of people. So is `index`: pairs may be drawn
# without it, or beforehand in `__init__`.
#
# *How to see that it works:* the pictures below the check; green frames belong to one person, red ones to
# two.


# %% id="answer-3" tags=["task-3"]
class SiameseNetworkDataset(Dataset):
    """Random pairs of pictures with a label: 0 for the same person, 1 for two."""

    def __init__(self, imageFolderDataset, transform=None) -> None:
        super().__init__()
        self.imageFolderDataset = imageFolderDataset
        self.transform = transform
        # TODO 3: what makes drawing fast? For example, the pictures of each person
        # BEGIN SOLUTION
        self.by_person: dict[int, list[str]] = {}
        for path, person in imageFolderDataset.imgs:
            self.by_person.setdefault(person, []).append(path)
        # END SOLUTION

    def __getitem__(self, index: int) -> tuple:
        # TODO 3: the first picture, the coin, the second picture; open both; the label
        # BEGIN SOLUTION
        first, person = random.choice(self.imageFolderDataset.imgs)
        different = random.random() < 0.5
        if different:
            other = random.choice([number for number in self.by_person if number != person])
            second = random.choice(self.by_person[other])
        else:
            second = random.choice([path for path in self.by_person[person] if path != first])
        images = [Image.open(path).convert("L") for path in (first, second)]
        if self.transform is not None:
            images = [self.transform(image) for image in images]
        return *images, torch.tensor([float(different)])
        # END SOLUTION

    def __len__(self) -> int:
        # TODO 3: how many pairs are an epoch?
        # BEGIN SOLUTION
        return len(self.imageFolderDataset.imgs)
        # END SOLUTION


# %% [markdown] id="hints-3" tags=["hints"]
# <details><summary>Hint 1: a pair of two people</summary>
#
# Draw another person first, then one of their pictures. Or draw pictures until the person is another one;
# then it is *that* picture that has to be opened, with *that* person's number in the label.
# </details>
#
# <details><summary>Hint 2: the label</summary>
#
# `torch.tensor([1.0])` has shape `(1,)` and is a float. The default collation of a `DataLoader` makes `(B,
# 1)` of it.
# </details>

# %% id="show-pairs" tags=["skip"]
seed_everything(SEED)
pairs = SiameseNetworkDataset(people, transform=to_tensor)
figures.gridshow([pairs[number] for number in range(8)])

# %% [markdown] id="part-4"
# # 4 Twins
#
# Two networks, one for each picture, would learn two different ways to look at a face. Twins share their
# weights: it is one network, called twice. So equal pictures have distance 0 from the first step on, and
# swapping the two changes nothing.

# %% id="show-twins" tags=["skip"]
figures.show_twins()

# %% [markdown] id="task-4"
# ## Task 4 The network  (15 points, medium, 20 minutes)
#
# Build `SiameseNetwork` for pictures `(1, 128, 128)`:
#
# | layer | output |
# | --- | --- |
# | convolution 5 x 5, 96 maps, stride 2 | 96 x 62 x 62 |
# | BatchNorm, ReLU, max pooling 3 x 3, stride 2 | 96 x 30 x 30 |
# | convolution 3 x 3, 64 maps, stride 2 | 64 x 14 x 14 |
# | BatchNorm, ReLU, max pooling 2 x 2, stride 2 | 64 x 7 x 7 |
# | flatten | 3,136 |
# | linear, ReLU | 256 |
# | linear, ReLU | 128 |
# | linear, ReLU | 32 |
# | linear | 2 |
#
# `forward_each(x)` takes one batch through it, `(B, 2)`; `forward(input1, input2)` returns the outputs of
# both, as a pair; whether both go through in one batch or one after the other is your choice. All layers
# begin as torch initialises them and learn from both streams; the training loop, not the network, sets train
# and eval mode.
#
# *How to see that it works:* 898,338 parameters.


# %% id="answer-4" tags=["task-4"]
class SiameseNetwork(nn.Module):
    """Two streams of pictures (B, 1, 128, 128) through the same weights, to points (B, 2)."""

    def __init__(self) -> None:
        super().__init__()
        # TODO 4: the layers of the table
        # BEGIN SOLUTION
        self.cnn = nn.Sequential(
            nn.Conv2d(1, 96, 5, stride=2),
            nn.BatchNorm2d(96),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),
            nn.Conv2d(96, 64, 3, stride=2),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(2, stride=2),
            nn.Flatten(),
        )
        self.head = nn.Sequential(
            nn.Linear(3136, 256),
            nn.ReLU(),
            nn.Linear(256, 128),
            nn.ReLU(),
            nn.Linear(128, 32),
            nn.ReLU(),
            nn.Linear(32, 2),
        )
        # END SOLUTION

    def forward_each(self, x: Float[Tensor, "b 1 128 128"]) -> Float[Tensor, "b 2"]:
        """One stream."""
        # TODO 4
        # BEGIN SOLUTION
        return self.head(self.cnn(x))
        # END SOLUTION

    def forward(
        self, input1: Float[Tensor, "b 1 128 128"], input2: Float[Tensor, "b 1 128 128"]
    ) -> tuple[Float[Tensor, "b 2"], Float[Tensor, "b 2"]]:
        """Both streams."""
        # TODO 4
        # BEGIN SOLUTION
        return self.forward_each(input1), self.forward_each(input2)
        # END SOLUTION


# %% [markdown] id="hints-4" tags=["hints"]
# <details><summary>Hint 1: the sizes do not fit</summary>
#
# No convolution is padded: 128 becomes (128 - 5) / 2 + 1 = 62 after the first. Print `x.shape` after each
# layer.
# </details>
#
# <details><summary>Hint 2: sharing</summary>
#
# Make the layers once. `forward` calls `forward_each` twice.
# </details>

# %% id="show-network" tags=["skip"]
figures.show_summary(SiameseNetwork())

# %% [markdown] id="part-5"
# # 5 Training and verification
#
# The loop is given. An epoch is 500 pairs, newly drawn each time. The short setting takes some minutes;
# the full one 200 epochs, for a GPU or an evening.


# %% id="train-loop" tags=["given"]
def train(people, epochs: int) -> tuple[nn.Module, list[float]]:
    """A trained network, and the mean loss of each epoch."""
    net = SiameseNetwork().to(DEVICE, memory_format=torch.channels_last)
    criterion = ContrastiveLoss(margin=MARGIN)
    optimizer = torch.optim.Adam(net.parameters(), lr=LEARNING_RATE)
    dataset = SiameseNetworkDataset(people, transform=to_tensor)
    losses = []
    for _ in (bar := trange(epochs, desc="epochs")):
        net.train()
        drawn = (dataset[random.randrange(len(dataset))] for _ in range(PAIRS))
        total = 0.0
        for batch in DataLoader(list(drawn), BATCH):
            first, second, label = (tensor.to(DEVICE) for tensor in batch)
            loss = criterion(*net(first, second), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(label) / PAIRS
        losses.append(total)
        bar.set_postfix(loss=f"{total:.3f}")
    return net, losses


# %% [markdown] id="task-5-1"
# ## Task 5.1 People it never saw  (15 points, easy, 15 minutes)
#
# Train, and save the weights as `siamese.pth`: the network's `state_dict()`, so that the file holds nothing
# but tensors. Hand the file in beside the notebook. The grader puts these weights into the network of the
# table, has it embed pictures of (drawn) people whom nobody has seen, and works out how well distances tell
# pairs of one person from pairs of two: the area under the ROC, explained below. 0.75 gives half of the
# points, 0.80 all of them; the short setting reaches 0.85 to 0.93. Weights of a different network wait for a
# person to look at them. The network that comes with the lab does not count as yours, whole or in part.

# %% id="answer-5-1" tags=["task-5.1", "skip"]
seed_everything(SEED)
# TODO 5.1: `net` and `losses` by `train` with all EPOCHS, then save the weights as "siamese.pth"
# BEGIN SOLUTION
net, losses = train(people, EPOCHS)
torch.save(net.state_dict(), "siamese.pth")
# END SOLUTION
figures.show_history(losses)

# %% [markdown] id="look-at-pairs"
# Pairs of people from `testing`, with the distance of their embeddings. Where would you draw the line?

# %% id="show-distances" tags=["skip"]
from torchvision.datasets import ImageFolder

seed_everything(SEED)
unseen = SiameseNetworkDataset(ImageFolder(str(faces.root / "testing")), transform=to_tensor)
shown = [unseen[random.randrange(len(unseen))] for _ in range(8)]
net.eval()
with torch.no_grad():
    outputs = net(*(torch.stack(side).to(DEVICE) for side in list(zip(*shown, strict=True))[:2]))
figures.gridshow(shown, F.pairwise_distance(*outputs).tolist())

# %% [markdown] id="roc-text"
# ## One threshold for everybody
#
# Say "one person" where the distance is below $t$. A larger $t$ finds more pairs of one person, and mistakes
# more pairs of two people for one. The *receiver operating characteristic* (ROC) plots one share against the
# other for all $t$; the area below it is the probability that a random pair of one person is nearer than a
# random pair of two: 1 for a perfect network, 0.5 for a coin. The dot marks the threshold at which the two
# shares are furthest apart.

# %% id="show-verification" tags=["skip"]
embeddings = embed_people(net, faces, DEVICE)
same, different = distances(embeddings)
curve = roc(same, different)
figures.show_verification(same, different, curve)
right = (
    (same < curve.thresholds[curve.best]).mean() + (different >= curve.thresholds[curve.best]).mean()
) / 2
print(f"area {curve.area:.3f}; {100 * right:.1f} % of both kinds of pairs are right at the best threshold")

# %% [markdown] id="ethics"
# > **Before you point it at people.** A threshold is a decision about somebody, and no network makes it.
# >
# > - *What it decides.* At the border a false match lets in the wrong person and a false alarm stops the
# >   right one; at a phone, a false match opens it. Who bears which mistake? That, and how many comparisons
# >   there are, sets the threshold: with one false match in a thousand pairs, a search among a million faces
# >   brings up a thousand strangers.
# > - *For whom.* One curve over all pairs can hide two. Where one group of people is rare in training, its
# >   faces come to lie closer together, and at the same threshold it gets more false matches. Measure the two
# >   shares for each group by itself before you believe the area above; here nobody can, with some forty
# >   people of one laboratory.
# > - *With whose leave.* A face cannot be changed like a password, and it can be taken from across a street.
# >   The people of the AT&T pictures sat for them in a laboratory. For your friends, ask; pictures on the web
# >   were not put there for this. In many countries the law says so, too: in the European Union, what
# >   identifies somebody by the face is biometric data, which nobody may process without a good
# >   reason, such as explicit consent (GDPR, article 9).

# %% [markdown] id="one-shot-text"
# And the question of the passports: which of k people, of whom there is one picture each, is it?

# %% id="show-one-shot" tags=["skip"]
for ways in (2, 3, 5, 10):
    if ways <= len(embeddings):
        right = one_shot(embeddings, ways)
        print(f"{ways:>2}-way 1-shot: {100 * right:.1f} % right, by chance {100 / ways:.0f} %")
figures.show_plane(embeddings)

# %% [markdown] id="task-5-2"
# ## Task 5.2 Two dimensions and a margin  (10 points, medium, 20 minutes)
#
# Look at the last picture, and think of forty people, or forty thousand. **(a)** Why do two output dimensions
# limit what the network can do? Think of how many people can be a margin apart from each other, and of how
# many neighbours each of them can have. What would you expect of 32 dimensions, and what could go wrong with
# 3,000? **(b)** What does the margin do? What changes if you double it, and the network can scale its last
# layer freely? What happens with a margin that is tiny, or huge, compared with the distances at the beginning
# of the training? You are free to train and try.

# %% [markdown] id="answer-5-2" tags=["written", "task-5.2"]
# <!-- BEGIN SOLUTION -->
# (a) In the plane each person needs a disc of about half a margin's radius for themselves. Discs do not
# overlap, so the number of people grows with the area, i.e. the square of the width: more people mean longer
# distances, and pairs of the same person are spread wider, too. Each person has at most about six direct
# neighbours, so the many likenesses between faces (this one's nose, that one's hair) must be squeezed into an
# order in the plane, and during the training points have to pass through others to get where they belong,
# against the push of the margin. In 32 dimensions there are many independent directions, likenesses can be
# kept side by side, and nearly all people can be a margin apart from all others. With 3,000 dimensions and
# few people the network can learn the training set by heart, each person in a direction of their own, and
# distances between unseen people say little.
#
# (b) The margin says when different people are far enough apart and no longer matter: only pairs within it
# give a gradient. It sets the unit of length: with twice the margin the network can double its last layer,
# and all distances and decisions are the same, only the loss is four times as large (and the optimiser and
# the weight decay may see it). So its value matters only compared with what the network starts from: if it
# is tiny, hardly any different pair is within it, the loss is all pull, and everything collapses into one
# point. If it is huge, all pairs of different people push for the whole training, easy ones too, also those
# that are right already, and the points spread without settling.
#
# - [ ] (2 points) In two dimensions only few people fit a margin apart / each has few neighbours
# - [ ] (1 point) More dimensions: more independent ways to differ
# - [ ] (1 point) Too many dimensions: learning by heart, or another cost that is really one
# - [ ] (2 points) The margin: only different pairs within it give a gradient
# - [ ] (2 points) It only sets the scale, if the last layer is free
# - [ ] (2 points) Too small: collapse or hardly any push; too large: all pairs push all the time
# <!-- END SOLUTION -->

# %% [markdown] id="real"
# ## What real faces give
#
# On the AT&T faces, eight of the 40 people held out at a time, this network's area under the ROC is 0.92.
# With 128 outputs in place of 2, brought to length one and trained by all pairs of a batch, it is 0.96 with
# one seed, a little less with another; plain pixels reach 0.95, since these faces are frontal, centred and
# evenly lit.
#
# ## What you have now
#
# A network that compares two things it has never seen, from pairs alone. Its weakness is in the pairs: most
# pairs of different people are soon far apart, and teach nothing more. The lab on hard triplets is about
# choosing better ones.
