# %% [markdown] id="title"
# # Frozen features: one question to every network
#
# Each lab of this course trained a network its own way: with labels and without, by pairs, triplets or
# episodes, on photographs, faces, characters or digits. Each was asked about its own data. So which of them
# has learned to *see*, and which has learned its exam?
#
# Here all of them take the same exam. A network is **frozen**: it is not trained any more, it only turns
# pictures into **features**. On these stands the simplest classifier of the course, the nearest prototype,
# which learns a class from 1, 5 or 20 pictures. Whatever is right or wrong is then due to the features. That
# is also how so-called foundation models are used and compared; ours are very small ones.
#
# | part | you will | tasks |
# | --- | --- | --- |
# | 1 | read one table across all networks | 1.1, 1.2 |
# | 2 | change the rule, and doubt the intervals | 2.1, 2.2 |
# | 3 | say what a foundation model would need | 3.1 |
#
# 100 points, about two and a half hours. You run code here, and add a few lines to it, but your answers
# are words, and a person reads them. All cells take a minute or two: features are small, and the pictures
# are not needed.

# %% id="imports" tags=["skip"]
from pathlib import Path

import figures
from fewshot import accuracies, interval, read_features

# %config InlineBackend.figure_format = "retina"

FEATURES = Path("../../fixtures/frozen_features/released/features.npz")

# %% [markdown] id="networks"
# # 1 One table
#
# What each network was trained for, and on what:
#
# | network | learned from | labels | numbers |
# | --- | --- | --- | --- |
# | pixels | nothing: 28 x 28 pixels in colour, mixed at random | none | 256 |
# | random weights | nothing: BYOL's network before its training | none | 256 |
# | BYOL | 5,000 photographs of ten classes (STL-10), two views of each | none | 256 |
# | supervised | 2,500 photographs of five of these classes, by the same network | 2,500 | 256 |
# | Siamese | pairs of faces of 32 people (AT&T) | same person or not | 128 |
# | ProtoNet | episodes of characters of 30 alphabets (Omniglot), in four rotations | 964 classes | 64 |
# | hard triplets | batches of the same characters | 964 classes | 64 |
# | metric embedding | triplets of digits (MNIST) without the zeros | nine classes | 32 |
#
# (Pixels are mixed into 256 weighted sums with random weights. That keeps all distances, within some ten per
# cent, which is what a prototype needs, and it makes the file small.)
#
# And what they are asked about, pictures that none of them was trained on:
#
# | set | classes | pictures of each |
# | --- | --- | --- |
# | photographs | bird, dog, monkey, ship, truck of STL-10's test part: the *other* five | 60 |
# | faces | eight other people of AT&T | 10 |
# | characters | 20 of Omniglot's other 20 alphabets | 20 |
# | digits | the ten of MNIST's test part | 40 |
#
# Every network gets every picture, in grey and at the size that it takes, where it was made for grey.
#
# (The faces are of people who sat for them in a laboratory. Before you ask a network about others, read the
# box *Before you point it at people* in the lab on Siamese networks: what a threshold decides, for whom, and
# with whose leave.)

# %% id="load" tags=["skip"]
features = read_features(FEATURES)
for name, of_network in features.items():
    print(f"{name:12}", *{f"{found.shape[0]} classes of {found.shape[1]}" for found in of_network.values()})
NETWORKS = list(features["photographs"])
HOME = {
    "BYOL": "photographs",
    "supervised": "photographs",
    "Siamese": "faces",
    "ProtoNet": "characters",
    "hard triplets": "characters",
    "metric embedding": "digits",
}

# %% [markdown] id="rule"
# The rule is that of the ProtoNet lab, without a network: a prototype is the mean of a class's support, and a
# query is of the class whose prototype is nearest. `accuracies` (in `fewshot.py`) draws 1,000 5-way episodes,
# **the same ones for every network**, and gives the accuracy of each.


# %% id="nearest-prototype" tags=["skip"]
def nearest_prototype(support, queries):
    """Support (ways, shots, D) and queries (n, D) -> the class of each query (n,)."""
    prototypes = support.mean(axis=1)
    return ((queries[:, None] - prototypes) ** 2).sum(axis=2).argmin(axis=1)


def asked(classify):
    """The accuracies (episodes,) by set, network and shots, as far as a set has pictures for so many."""
    return {
        (name, network, shots): accuracies(found, classify, shots)
        for name, of_network in features.items()
        for network, found in of_network.items()
        for shots in (1, 5, 20)
        if shots + 5 <= found.shape[1]
    }


found = asked(nearest_prototype)

# %% id="show-table" tags=["skip"]
figures.show_table(found, list(features), NETWORKS, shots=5, at_home=HOME)

# %% id="show-shots" tags=["skip"]
figures.show_shots(found, list(features), NETWORKS)

# %% [markdown] id="pairs"
# Two intervals that overlap may still belong to a clear difference: both networks had the same episodes, and
# an episode that is hard for one is hard for the other. Ask for the difference itself.


# %% id="difference" tags=["skip"]
def difference(found, name, one, other, shots=5):
    """Print how far `one` is ahead of `other` on the same episodes, with a 95 % interval."""
    mean, half = interval(100 * (found[name, one, shots] - found[name, other, shots]))
    print(f"{name}, {shots} shots: {one} less {other} is {mean:.1f} ± {half:.1f} points")


difference(found, "photographs", "supervised", "BYOL")
difference(found, "photographs", "supervised", "BYOL", shots=20)
difference(found, "faces", "Siamese", "pixels")
difference(found, "characters", "ProtoNet", "hard triplets")

# %% [markdown] id="task-1-1"
# ## Task 1.1 Reading the table  (20 points, easy, 25 minutes)
#
# For each of the four sets, in two or three sentences: which network is best with five shots, by how much is
# it ahead of the next and of the *pixels*, and is that more than chance? Ask `difference` wherever intervals
# are near each other. Then the figure: for which sets do more shots help most, and where does a network stay
# below the pixels however many there are?

# %% [markdown] id="answer-1-1" tags=["written", "task-1.1"]
# <!-- BEGIN SOLUTION -->
# **Photographs**, five shots: BYOL has 50.4 %, 5.2 ± 0.7 points more than the supervised network and 14.8 ±
# 0.8 more than pixels; the others lie between 31 and 36 %, where chance is 20, and some are below pixels.
#
# **Faces**: hard triplets have 99.1 %, 0.8 ± 0.2 points more than pixels, which is more than chance for
# these eight people. The Siamese network, though at home, has 88.5 %, 9.7 ± 0.4 *less* than pixels.
#
# **Characters**: ProtoNet has 99.6 %, 0.5 ± 0.1 more than hard triplets, which is more than chance, though
# both are done with this exam; pixels are 36 points behind.
#
# **Digits**: metric embedding has 98.7 %, 6.8 ± 0.4 more than ProtoNet and 23.9 ± 0.6 more than pixels.
#
# **Shots.** They help most where one picture says little: pixels go from 52 to 84 % on digits. Where one
# shot is nearly enough, as for ProtoNet on characters, there is nothing left to gain. BYOL stays below the
# pixels on digits, by 7 points with one shot, 18 with five and 22 with twenty: more examples do not bring
# back what the features have thrown away.
#
# - [ ] (8 points) Names the best of each set, with its lead over the next and over the pixels
# - [ ] (6 points) Judges leads by intervals, near ones by the difference on the same episodes
# - [ ] (6 points) Reads the shots: they help most where one says little; bad features stay below pixels
# <!-- END SOLUTION -->

# %% [markdown] id="hints-1-1" tags=["hints"]
# <details><summary>Hint</summary>
#
# `for network in NETWORKS: difference(found, "digits", network, "pixels")` asks about a whole column.
# </details>

# %% [markdown] id="task-1-2"
# ## Task 1.2 At home and away  (25 points, medium, 35 minutes)
#
# A framed cell is a network *at home*: new classes or people, but of the kind that it was trained for. All
# others are *away*. Explain the table by what each network was trained to tell apart and **to ignore**. Take
# up at least three of these:
#
# - BYOL leads on photographs, and on digits it is worse than pixels. What do its views (task 3 of that lab)
#   teach it to ignore, and what does a digit consist of?
# - ProtoNet and hard triplets saw characters only. Why do they do so well on digits, and not on photographs?
# - One framed cell lies *below* pixels. Which, and what do 32 people have to do with it?
# - The supervised network had a label for each of its pictures, and BYOL had none. Who is better on the
#   *other* five classes, and why might that be?
# - The network of the metric embedding lab learned from nine digits, by a loss like that of hard triplets.
#   Which of the two travels better, to the other's home?
# - On faces, pixels are hard to beat. What does that say about the faces, and what about the networks?

# %% [markdown] id="answer-1-2" tags=["written", "task-1.2"]
# <!-- BEGIN SOLUTION -->
# **At home** networks lead, but for one, and what they were trained for is narrow: no row is good
# everywhere.
#
# *BYOL* learned to give a crop, the mirror image, other colours and a blurred version the same features.
# For an animal or a ship these do not matter, and 5,000 photographs without labels bring it 15 points above
# pixels. But a digit consists of where its strokes are, and a crop or mirror image of it is another digit
# or none: on digits it is 18 points *below* pixels, on faces 13.
#
# *ProtoNet and hard triplets* had to tell 964 characters apart by their strokes, whoever drew them. A digit
# is a drawn character, too, so ten new classes are no harder than others: 92 and 85 %, where pixels have
# 75. A photograph is not made of strokes on empty paper, and there they are as good as pixels, 36 %.
#
# *Supervised or not*: the supervised network knows five other classes by their labels, and on the new ones
# has 45 %, 10 points more than pixels and 5 less than BYOL. Labels teach what tells these five apart and
# nothing else. But the comparison is not even: BYOL saw twice as many photographs, also of the five classes
# asked about, if without their names.
#
# *Metric embedding* travels from nine digits to characters with 88 %, 24 points above pixels and 12 below
# those at home; hard triplets from 964 characters to digits with 85 %, 10 above pixels and 13 below the
# network at home. That one, however, knew nine of the ten digits: at home it was not asked about new
# classes.
#
# *Faces*: with five shots even random weights have 96 %, pixels 98. They are frontal, evenly lit and in the
# same place, so equal pixels mean an equal person, and what was trained on something else loses some of
# that. The Siamese network has learned the 32 people it saw (98 % of the queries among eight of *them*,
# five ways and one shot) and on new ones falls to 78: 32 people differ in too few ways to say how people
# differ.
#
# So features keep what they had to tell apart, and drop what they were taught to ignore. The more ways
# there are in which the training pictures differ, the more can be kept, and the farther it travels: 964
# characters go a long way, 32 people not even to the next eight.
#
# - [ ] (5 points) Home and away: features are good for what they were trained for, and for little else
# - [ ] (5 points) Explains a first point by what the training told apart or ignored
# - [ ] (5 points) Explains a second one so
# - [ ] (5 points) Explains a third one so
# - [ ] (5 points) Says what the variety of a training set has to do with how far its features travel
# <!-- END SOLUTION -->

# %% [markdown] id="hints-1-2" tags=["hints"]
# <details><summary>Hint 1</summary>
#
# A network that treats two pictures alike in training has no reason to keep what they differ in. Which pairs
# of pictures does each loss treat alike?
# </details>
#
# <details><summary>Hint 2</summary>
#
# 964 characters of 30 alphabets, nine digits: which set has more ways for strokes to differ?
# </details>

# %% [markdown] id="part-2"
# # 2 Doubts
#
# ## The rule, or the features?
#
# A mean stands for its class as long as the class is one round cloud. The figure shows the five kinds of
# photographs along the two widest directions of the features; stars are the means.

# %% id="show-planes" tags=["skip"]
KINDS = ("bird", "dog", "monkey", "ship", "truck")
figures.show_planes(features["photographs"], KINDS, ["pixels", "BYOL", "supervised"])

# %% [markdown] id="neighbour-text"
# Here is a rule without means: the class of the *one* support sample that is nearest. What does it gain, or
# lose, on the same episodes?


# %% id="another-rule" tags=["skip"]
def nearest_neighbour(support, queries):
    """Support (ways, shots, D) and queries (n, D) -> the class of the nearest support sample (n,)."""
    ways, shots, _ = support.shape
    drawn = support.reshape(ways * shots, -1)
    distances = (drawn**2).sum(axis=1) - 2 * queries @ drawn.T  # squared, less what is the same for all
    return distances.reshape(-1, ways, shots).min(axis=2).argmin(axis=1)


by_neighbour = asked(nearest_neighbour)
figures.show_gains(found, by_neighbour, list(features), NETWORKS, at_home=HOME)

# %% [markdown] id="task-2-1"
# ## Task 2.1 Another rule  (20 points, medium, 30 minutes)
#
# Compare the two rules, with 1, 5 and 20 shots (`show_gains` takes `shots=`). Where are they the same,
# always? Where are prototypes better, where neighbours? Two things are at work: what a mean does to the noise
# of single pictures, and what it does to the shape of a class. Which of them decides for pixels, which for a
# network at home, and which for one away? Then write a third rule, a few lines, run it likewise and report
# what it does: features of length one, features divided by their deviation over the support, the three
# nearest, whatever you expect to help.

# %% [markdown] id="answer-2-1" tags=["written", "task-2.1"]
# <!-- BEGIN SOLUTION -->
# **One shot**: the same in all cells, since a mean of one picture is that picture.
#
# **Five shots.** For pixels neighbours lose everywhere but on faces: 4.5 ± 0.7 points on photographs, 6.0 ±
# 0.7 on characters, 2.1 ± 0.5 on digits. So do random weights. BYOL at home loses 3.3 ± 0.6, with twenty
# shots 6.2 ± 0.6. Away it gains: 5.1 ± 0.4 on faces, 4.3 ± 0.7 on digits and 11.1 ± 0.7 there with twenty
# shots. The supervised network and metric embedding gain 4.9 ± 0.4 and 4.3 ± 0.4 on faces, and the Siamese
# one, at home in name, 6.8 ± 0.4. ProtoNet and hard triplets lose a little on characters, 0.2 and 0.4.
#
# **Why.** A mean averages away what is accidental in single pictures. That decides for pixels and random
# weights, where nearly everything is accidental, and for photographs in all features. But a mean stands for
# a class only if the class is one round cloud. Training makes such clouds at home: prototypes ask for them,
# and so does one place for all views of a picture. Away nobody has: a network puts sevens with a bar and
# those without, or a face with glasses and without, in two places, the mean lies between them, perhaps
# among the nines, and the one nearest picture knows better. More shots help neighbours more there, since
# every clump is met. The people that the Siamese network does not know are such a case.
#
# **A third rule.** Features of length one, less the mean of the support, hardly differ from the prototypes:
# most changes are within a point, ± 0.6. Pixels on characters gain 5.6 ± 0.7 with one shot and 2.0 ± 0.5
# with five, since a thick pen is a long vector; the supervised network gains 3.4 ± 0.6 on
# photographs, of which it makes some very long vectors, as the figure shows.
#
# - [ ] (4 points) With one shot the rules are the same, since a mean of one is that one
# - [ ] (8 points) Reports gains and losses with intervals, those at home and those away; and a third rule
# - [ ] (8 points) Explains them by noise that a mean takes out, and by classes that are no round cloud away
# <!-- END SOLUTION -->

# %% [markdown] id="hints-2-1" tags=["hints"]
# <details><summary>Hint 1: the shape</summary>
#
# Think of a class that has two clusters, say sevens with a bar and without. Where is its mean?
# </details>
#
# <details><summary>Hint 2: the code</summary>
#
# A rule may change both of its arguments and hand them to `nearest_prototype`. Change support and queries
# alike, and by what the support tells alone: a query must not know of the other queries.
# </details>

# %% [markdown] id="task-2-2"
# ## Task 2.2 What the intervals leave out  (20 points, medium, 25 minutes)
#
# With 10,000 episodes the intervals would be a third as wide. Would you know more about which network is
# better for faces? The Siamese network has 78.0 ± 0.7 % there, five ways and one shot, and pixels 90.5; when
# the same recipe was trained five times, each time without another eight people, it had 90.5 % on average and
# pixels 89.5.
#
# List what these intervals do *not* cover, and say of each in which direction it might mislead: think of the
# pictures and classes that were drawn, of the networks and their seeds, of what BYOL saw of the photographs,
# of who chose these sets. Then: which two comparisons in the table would you still defend, and which one
# would you withdraw?

# %% [markdown] id="answer-2-2" tags=["written", "task-2.2"]
# <!-- BEGIN SOLUTION -->
# The interval says how far the mean over *these* episodes is from that over all episodes of *these*
# pictures. More episodes make it as narrow as one likes and say nothing new: eight people with ten pictures
# each stay eight people.
#
# **Not covered.** (1) *Pictures and classes*: five kinds of photographs, 20 of 659 characters; with other
# classes all columns move, together and by more than the intervals. One should draw classes anew, too (a
# bootstrap over classes). The Siamese recipe had 90.5 % where others were held out, and has 78 here: ± 0.7
# knows nothing of that. (2) *Networks*: each was trained once, with one seed, and in the BYOL lab two seeds
# of one recipe differ by many points. (3) *What was seen*: BYOL saw training photographs of all ten
# classes, so birds and ships, too, without labels, and the supervised network none of them; its lead may be
# the kind of pictures and not the kind of learning. ProtoNet and hard triplets know this way of drawing, 20
# people by the same tool. The digits were new as pictures, but nine of ten were known as classes, which
# makes 99 % no few-shot result at all. (4) *Size and effort*: 256 numbers against 32, 5,000 photographs
# against 19,280 drawings, minutes against hours of training. (5) *Who chose*: whoever picks the sets after
# looking can make any network win. Faces that are frontal and evenly lit flatter the pixels.
#
# **Defend**: that BYOL is far ahead of pixels on photographs, 15 points with five shots, more than other
# classes or seeds are likely to undo; and that features of characters serve for digits better than pixels
# do, since two networks that were trained in different ways agree. **Withdraw**: everything about faces,
# the order of the best as well as that twins do worse than pixels, since eight other people can turn it
# round. That BYOL beats labels stands in between.
#
# - [ ] (4 points) Knows what is covered: the draw of episodes from fixed pictures, which more episodes shrink
# - [ ] (4 points) Pictures and classes are few, and would have to be drawn anew, too
# - [ ] (4 points) One network of each kind, one seed, unequal data, size and effort
# - [ ] (4 points) What was seen before: BYOL's photographs without labels, the nine digits
# - [ ] (4 points) Two conclusions that survive, and one that does not, each with its reason
# <!-- END SOLUTION -->

# %% [markdown] id="hints-2-2" tags=["hints"]
# <details><summary>Hint</summary>
#
# Imagine that somebody repeats the whole study from the beginning, in another town. What would be different?
# </details>

# %% [markdown] id="part-3"
# # 3 Foundations

# %% [markdown] id="task-3-1"
# ## Task 3.1 What a foundation would need  (15 points, medium, 25 minutes)
#
# The reading lab calls a model a *foundation* if it is trained once, on broad data, and then serves for many
# tasks. None of these networks would pass. In about a third of a page: what in the table shows it? What would
# a row look like that does, and what would have to change in the training for it: data, task, size? And
# design the test: which sets and baselines would you put into this table for a large model such as DINOv2 or
# CLIP, and what could *leak* from its training data into your test, which nobody can look through any more?

# %% [markdown] id="answer-3-1" tags=["written", "task-3.1"]
# <!-- BEGIN SOLUTION -->
# *What shows it.* Every network is good in one column or two, those that are like its own data, and in some
# others it is worse than no training at all. BYOL's recipe is the one that asks for no labels and so could
# be fed with anything, but its row is as narrow as the 5,000 photographs that it saw.
#
# *A row that would pass* is near the best of every column, home or away, from a few examples and without
# further training. For that the data must be broad: what features keep is what they had to tell apart, so
# somebody must have shown them strokes, faces and photographs, by the hundred million, which is affordable
# without labels only. The task must not throw away what some later question needs: views that ignore colour
# or place are right for objects and wrong for flags or digits. And the network must be large enough to keep
# all of it.
#
# *The test.* Sets far from photographs of the web (drawings, medical pictures, satellites), each with
# pixels, random weights and a small network trained at home as baselines, 1, 5 and 20 shots, classes drawn
# anew, an interval over classes. For CLIP also no shots at all, by the name of the class, which asks
# something else: whether the name was in the training. *Leaks*: MNIST, STL-10 (which comes from ImageNet)
# and Omniglot are all over the web, so pictures of the test, even with their labels in the text beside
# them, may have been in the training. Pictures that were taken after the training are the only ones to be
# sure of.
#
# - [ ] (4 points) Reads it from the table: good at home, below pixels or random weights elsewhere
# - [ ] (4 points) Broad data, mostly without labels; a task that keeps what is needed later; size
# - [ ] (4 points) A test with other sets, baselines beside it, shots and intervals
# - [ ] (3 points) Leaks: test pictures in the training data, and a way to be surer
# <!-- END SOLUTION -->

# %% [markdown] id="end"
# ## What you have now
#
# A way to look at any network that somebody offers you: freeze it, ask it about pictures of *yours* with a
# handful of labels, and hold pixels and random weights beside it. It takes a minute, and it tells more than
# the figures of its own exam.
