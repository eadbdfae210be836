# %% [markdown] id="title"
# # Segment Anything: reading a paper about masks, prompts and labels
#
# The other labs of this course get by with few labels. This one is about a group that went the opposite way:
# to teach a model to outline *anything*, they made a billion labels, and had the model itself make most of
# them. You will read the paper, take its model apart, and ask which of this course's ideas would have worked
# for it, and which would not.
#
# > A. Kirillov, E. Mintun, N. Ravi, H. Mao, C. Rolland, L. Gustafson, T. Xiao, S. Whitehead, A. C. Berg,
# > W.-Y. Lo, P. Dollár, R. Girshick: *Segment Anything*, ICCV 2023, [arXiv
# > 2304.02643](https://arxiv.org/abs/2304.02643)
#
# | part | you will | tasks |
# | --- | --- | --- |
# | 1 | say what the model is for, and what is special about that | 1.1 |
# | 2 | tell the familiar from the new in its architecture | 2.1 |
# | 3 | ask where its labels came from, and where such models usually get theirs | 3.1, 3.2, 3.3 |
# | 4 | find out what it cannot do | 4.1, 4.2 |
#
# 100 points, about four hours. There is nothing to program and nothing to install: you answer in words, and a
# person reads them. *Segmentation* means saying of every pixel whether it belongs to an object; the result,
# an image of yes and no, is a *mask*.

# %% [markdown] id="first-try"
# ## Before you read: try it
#
# Ten minutes with the model will make the paper easier to read, because you will have questions. Its authors
# keep a public demonstration at [segment-anything.com/demo](https://segment-anything.com/demo), which runs in
# the browser. Use one of its own pictures rather than a private one: what you upload goes to their machines.
# Try the following, and note what surprises you:
#
# 1. Click once on a person's shirt. What did you mean: the shirt, the person, a button? What did the model
#    take you to mean?
# 2. Click a second time, elsewhere on the person; then tell it, with a click of the other kind, what does
#    *not* belong to them.
# 3. Draw a box around two things that touch.
# 4. Take the picture that is least like a photograph: a drawing, a scan, something under water.
# 5. Let it segment *everything*. What did it leave out? Does it tell you what anything *is*?
# 6. Watch the time. A new picture takes a moment at first, but every click after that is instant. Why might
#    that be?
#
# There are no points for the demonstration. If it is closed on the day you try, the paper's first three
# figures show much the same.

# %% [markdown] id="reading"
# ## How to read it
#
# The paper with its appendices has some thirty pages; you need about twelve of them. In this order:
#
# | read | for | how |
# | --- | --- | --- |
# | abstract, figure 1 | the three parts: task, model, data | twice; then say them without looking |
# | section 2 | the task, and the word *valid* | slowly: half of the design follows from it |
# | section 3, figure 4; appendix A, figure 14 | the architecture | with the figure below beside it |
# | section 4 | the data engine | note the numbers of each stage in a table |
# | section 7.1 and 7.5, figure 12 | what was measured; text as a prompt | see what is *given* to the model |
# | section 8 | limits, in the authors' own words | before you write 4.1 and 4.2 |
# | sections 5 and 6 | the data set, and whether it is fair | skim |
#
# Answer in your own words, briefly: where a length is given, no more is expected. Name the section that you
# rely on. If you think that the paper is wrong or vague about something, say so; that is what reading is for.

# %% [markdown] id="part-1"
# # 1 What it is for

# %% [markdown] id="task-1-1"
# ## Task 1.1 The goal, and what is special about it  (15 points, easy, 30 minutes)
#
# What did the authors set out to build, and what is special about it? In about half a page: which *task* is
# the model trained for, how does it differ from the segmentation tasks that were usual before (semantic,
# instance, interactive segmentation), and why did they choose it? What are the three parts of the project,
# and why does each need the others?
#
# *How to see that it is complete:* someone who reads it understands why the model must answer with
# *a* sensible mask even if nobody could know which one was meant.

# %% [markdown] id="answer-1-1" tags=["written", "task-1.1"]
# <!-- BEGIN SOLUTION -->
# **The task.** SAM is built for *promptable segmentation*: given an image and any prompt that says what to
# segment (a point or several, foreground or background, a box, a rough mask, in an experiment also text),
# return a *valid* mask. Valid means that where the prompt is ambiguous, say a point on a shirt, the mask has
# to be a sensible one for at least one of the things that could be meant. Requiring that always is what makes
# the task fit for pre-training, and for use inside of other systems, which cannot ask back.
#
# **What is special.** Semantic and instance segmentation know a fixed list of classes, and a model for them
# does that and nothing else. Interactive segmentation takes clicks too, but is meant to arrive at the right
# mask in the end, with a person who corrects it; here the first answer should be usable. Prompts do for SAM
# what they do for language models: after one training the model is applied to *new* data and new tasks
# without any further training (zero-shot), by engineering the prompt. A detector's boxes as prompts give
# instance segmentation, a grid of points gives proposals for all objects. So the aim is a foundation model
# for segmentation, and one component for many systems instead of one system for many tasks.
#
# **Three parts that need each other.** The *task* determines what the *model* must be: open to any prompt,
# fast enough to be used interactively (tens of milliseconds a prompt once the image is encoded), and aware
# of ambiguity. To generalise it needs *data* of a size and variety that did not exist: SA-1B, 11 million
# images with 1.1 billion masks, some 400 times as many masks as any data set before it. And to get that
# data the model was needed: it helped to annotate, and the annotations trained it further (the data engine,
# section 4).
#
# - [ ] (4 points) Task: any prompt in, a valid mask out
# - [ ] (3 points) Valid: with an ambiguous prompt, a sensible mask of at least one of the things meant
# - [ ] (4 points) Special: one training, then new data and tasks zero-shot, by prompts; no list of classes
# - [ ] (4 points) Task, model and data set (SA-1B), and that model and data each needed the other
# <!-- END SOLUTION -->

# %% [markdown] id="hints-1-1" tags=["hints"]
# <details><summary>Hint 1</summary>
#
# What do language models and their prompts have to do with it? Section 1.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Imagine all the tasks that can be composed of "here is a point, give me a mask". Which of the old tasks are
# among them?
# </details>

# %% [markdown] id="part-2"
# # 2 How it is built
#
# This is our drawing of the model, with the sizes of the largest version. An image passes through the part
# on the left *once*; everything to the right of the embedding happens again for each prompt.
#
# ![The Segment Anything Model as three parts. An image of 1024 by 1024 pixels enters the image encoder,
# which gives an embedding of 64 by 64 positions with 256 channels, once per image. Points, boxes and text
# become tokens in the prompt encoder; a mask goes through convolutions and is added to the image embedding.
# The mask decoder takes embedding and tokens and gives three masks, each with an estimate of its
# quality.](architecture.svg)
#
# Read section 3 and appendix A beside it. For each arrow: what flows there, and in what shape?

# %% [markdown] id="task-2-1"
# ## Task 2.1 The familiar and the new  (20 points, hard, 50 minutes)
#
# You know the transformer: tokens with positional encodings, self-attention, an MLP for each token, residual
# connections and normalisation; in the decoder, cross-attention from the tokens to what was encoded. Go
# through SAM's three parts. What in each of them would you find in a standard (vision) transformer, and what
# is different or new? For each difference, explain what it is *for*. A table with the columns *part*, *as
# usual*, *different*, *why* serves well, followed by a few sentences about the mask decoder.

# %% [markdown] id="answer-2-1" tags=["written", "task-2.1"]
# <!-- BEGIN SOLUTION -->
# **Image encoder.** As usual: a vision transformer (ViT-H/16, pre-trained as a masked autoencoder) with
# patches, positions, self-attention, MLPs. Different: attention stays within windows of 14 × 14 tokens, and
# is global in four blocks only, since an image of 1024 × 1024 pixels has 4,096 tokens and global attention
# throughout would be too expensive; there is no class token, and convolutions at the end give a map of 64 ×
# 64 positions with 256 channels: masks need a map, not a summary.
#
# **Prompt encoder.** As usual: positional encodings, learned embeddings, and CLIP's text encoder for texts.
# Different: a point, or a corner of a box, becomes a token by adding the Fourier features of its position and
# a learned vector for its kind (foreground, background, top left, bottom right), so that prompts of any
# number and kind take one form. A mask is no token at all: it corresponds to the image position by position,
# so it goes through convolutions and is added to the image's map.
#
# **Mask decoder.** As usual: tokens attend to each other, then to the encoder's output; an MLP, residuals,
# layer norm; learned output tokens, like a class token or DETR's queries.
#
# Here is most of what is new. In a standard decoder the encoder's output (the memory) is only read. Here
# each of the two layers ends with a second cross-attention in the *other* direction, in which the image
# embedding asks and the tokens answer, so that the map itself learns what was prompted. Then
# transposed convolutions enlarge the map by a factor of four, and an MLP turns each output token into a
# vector as long as the map has channels: the mask is the product of that vector with every position of the
# map. So the token is a *dynamic* linear classifier, whose weights depend on the prompt, and the map is what
# it classifies.
#
# **Ambiguity** is built in: there are three output tokens for masks (often whole, part and subpart). In
# training only the one with the smallest loss gets a gradient, so they may specialise and not average;
# another token estimates each mask's IoU, which ranks them. With several prompts, which leave little doubt, a
# fourth token gives a single mask.
#
# **The division of labour** is itself a design: all the heavy work is in the encoder, which does not see the
# prompt and runs once per image; prompt encoder and decoder are so light that they answer in about 50 ms on a
# CPU in a browser. Usual as well: the losses (focal and dice).
#
# - [ ] (4 points) Image encoder: a ViT, nearly as usual (MAE); windowed attention, since the image is large
# - [ ] (4 points) Prompt encoder: points, boxes as tokens (place + learned kind); masks convolved and added
# - [ ] (4 points) Mask decoder: self- and cross-attention as usual, but also from the image to the tokens
# - [ ] (3 points) Masks: an output token becomes a vector, multiplied with every place of the upsampled map
# - [ ] (3 points) Three masks with estimated quality for an ambiguous prompt; only the best is trained
# - [ ] (2 points) A heavy encoder once per image, a light decoder for each prompt, and why
# <!-- END SOLUTION -->

# %% [markdown] id="hints-2-1" tags=["hints"]
# <details><summary>Hint 1</summary>
#
# The image encoder has the fewest surprises. What would ordinary global attention cost on 64 × 64 tokens?
# </details>
#
# <details><summary>Hint 2</summary>
#
# In a standard decoder, what happens to the encoder's output in the course of the decoding? And here?
# </details>
#
# <details><summary>Hint 3</summary>
#
# How does a token, a vector of 256 numbers, become a mask? Which side of that product is the same for every
# prompt, and which depends on it?
# </details>

# %% [markdown] id="part-3"
# # 3 Where the labels came from

# %% [markdown] id="task-3-1"
# ## Task 3.1 Foundation models  (15 points, easy, 30 minutes)
#
# The paper calls SAM a *foundation model*. What is that? Explain the term in a few sentences: how such a
# model is trained, how it is used, what work it saves and for whom, and a risk that comes with it. Then give
# another example, and use it to illustrate what you said. Finally, look back at this course: which of its
# labs trains the model that is closest in spirit, and what does it lack? (The lab on *frozen
# features* asks all of their networks the same questions, and so puts numbers to this.)

# %% [markdown] id="answer-3-1" tags=["written", "task-3.1"]
# <!-- BEGIN SOLUTION -->
# A foundation model (the term is from Bommasani et al. 2021) is trained once on broad data at a large scale,
# mostly without labels made for the purpose, on a general task, and is then *adapted* to many others: by
# fine-tuning, by a small head on its frozen features, or by a prompt alone. The costly part is paid once;
# whoever uses it needs few labels or none, and little computing. The models show abilities that nobody
# trained for one by one. The risk: everything that is built on one of them inherits its errors and biases,
# and few can afford to make, or examine, another.
#
# *Another example.* CLIP was trained on 400 million pairs of images and texts from the web, to find which
# belong together. It classifies images of classes it was never trained for, by comparing the image with
# sentences such as "a photo of a dog"; its parts serve in other models, its text encoder even in SAM. (GPT,
# BERT and DINO are other good examples.)
#
# *In this course* the BYOL lab is closest: an encoder is trained on images without labels, on a task that
# nobody wants for itself, and a small classifier on its frozen features is then good with few labels. It
# lacks scale and breadth (100,000 small pictures of animals and vehicles), and it is used for one purpose
# only. The prototypical network is adapted to new classes without any training, by a handful of examples,
# which are its prompt so to speak; but it was trained with labels, and on characters alone. SAM is unusual,
# too: much of what it can do comes from supervised training at a large scale, on masks that the model
# helped to make.
#
# - [ ] (4 points) Trained once, on broad data at large scale, on a general task
# - [ ] (4 points) Adapted to many tasks: fine-tuning, a head, or prompts
# - [ ] (1 point) A risk: errors and biases are inherited; few can make or check one
# - [ ] (3 points) Another example that fits, with its data and how it is used
# - [ ] (3 points) A lab of this course that comes close (BYOL, or prototypes), and what it lacks
# <!-- END SOLUTION -->

# %% [markdown] id="hints-3-1" tags=["hints"]
# <details><summary>Hint</summary>
#
# Which network of this course is trained without caring what it will be used for? How many images did it see?
# </details>

# %% [markdown] id="task-3-2"
# ## Task 3.2 How such models get by without labels  (15 points, medium, 30 minutes)
#
# Nobody annotates a billion examples by hand. How do foundation models usually get their training signal?
# Describe at least two ways that differ in kind. For each, say where the target comes from and what the
# network learns by having to predict it, and name a model that does so. Then say what the ways have in
# common.

# %% [markdown] id="answer-3-2" tags=["written", "task-3.2"]
# <!-- BEGIN SOLUTION -->
# By *self-supervision*: the target is taken from the data itself, so that every example comes with its label
# for nothing.
#
# 1. **Predict what was hidden.** GPT predicts the next token of a text, BERT the masked ones, a masked
#    autoencoder (MAE) the three quarters of an image's patches that were taken away. To do that well a
#    network has to learn how sentences and scenes hang together: grammar, facts, shapes, what belongs to
#    one object. SAM's image encoder started from an MAE.
# 2. **Agree on two views.** Two random augmentations of an image should get similar embeddings. Contrastive
#    methods (SimCLR, MoCo) push other images away, so that not everything becomes the same; BYOL and DINO
#    do without negatives, with a slowly moving copy of the network as a teacher. The network learns what
#    the augmentations leave alone: what is in the picture, and not its crop or its colours.
# 3. **Match what occurs together.** The web has images with captions. CLIP and ALIGN learn which text
#    belongs to which image: a contrastive loss between two kinds of data. Nobody labelled anything for
#    them; the supervision is weak and noisy, but there are hundreds of millions of pairs, and with the
#    words come names for things.
#
# In common: a pretext task whose targets are free, hence as much data as can be collected; and a result
# that is a *representation*, which is adapted afterwards. The task is only a means: nobody needs the
# reconstructed patches.
#
# - [ ] (4 points) Self-supervision: the target is taken from the data itself, no annotation
# - [ ] (4 points) A first way: its target, what is learned, a model (e.g. masking: BERT, MAE, GPT)
# - [ ] (4 points) A second way of another kind, likewise (e.g. two views: BYOL; image and text: CLIP)
# - [ ] (3 points) In common: free targets, so scale; a representation to adapt, the task being a means
# <!-- END SOLUTION -->

# %% [markdown] id="hints-3-2" tags=["hints"]
# <details><summary>Hint 1</summary>
#
# One way hides a part of the data. Another has two views of one thing.
# </details>
#
# <details><summary>Hint 2</summary>
#
# And a third finds, in the world, two things that people have put beside each other.
# </details>

# %% [markdown] id="task-3-3"
# ## Task 3.3 Would that have worked here?  (20 points, medium, 40 minutes)
#
# Could SAM have been trained in one of the ways of 3.2? Argue both sides: what could such training provide,
# and what could it not? Then describe what the authors did instead, the *data engine*: its stages, who does
# what in each, how the share of human work changes, with some numbers; and why masks made by the model can be
# trusted enough to train it on them.

# %% [markdown] id="answer-3-3" tags=["written", "task-3.3"]
# <!-- BEGIN SOLUTION -->
# **Not by itself.** Masks do not come with images as captions do: nobody puts them on the web, so there is
# nothing to collect. And self-supervision learns representations, but no pretext task says where an object
# *ends*, nor that a person is one thing, her shirt another, and both are right. It takes some examples of
# what people count as an object. What it could give, it did: the image encoder was pre-trained as a masked
# autoencoder, and features of self-supervised ViTs (DINO) show outlines of objects by themselves. That
# shortens the way, but does not make masks on demand. So the paper says openly that most of SAM's ability
# comes from large-scale *supervised* training.
#
# **The data engine**: model and data improve each other in turns.
#
# 1. *Assisted-manual.* SAM, trained on public data sets at first, segments in the browser at each click;
#    annotators click on objects and correct with brush and eraser. It is retrained 6 times on the new
#    masks, and the time for a mask falls from 34 to 14 seconds: 4.3 million masks in 120,000 images.
# 2. *Semi-automatic.* The model fills in the masks that it is confident about; people annotate what is
#    still missing, the less prominent things. Retrained 5 times; from 44 to 72 masks per image, 5.9 million
#    more in 180,000 images.
# 3. *Fully automatic.* The model is prompted with a grid of 32 × 32 points, and people do nothing: 1.1
#    billion masks in 11 million images.
#
# So people's share of the work goes from all masks to none: 99.1 % of the masks of SA-1B were made by the
# model alone. The second stage exists for variety: otherwise the model would only learn more of what it does
# well.
#
# **Why it can be trusted.** A mask is kept only if the model's own estimate of its IoU is high; if it is
# *stable*, i.e. nearly the same when the threshold on the mask's probabilities is moved; and if it is no
# duplicate (non-maximum suppression; small ones come from enlarged crops). It was checked by people, too: of
# the masks in 500 images that professionals corrected, 94 % had an IoU above 90 % with the correction, about
# as well as people agree with each other. It is self-training, so systematic errors (thin structures, say)
# could reinforce themselves; the filter goes by confidence, not by truth.
#
# - [ ] (4 points) Not by itself: no masks to be collected, and no pretext task says what an object is
# - [ ] (3 points) What self-supervision did give: the encoder was pre-trained (MAE)
# - [ ] (4 points) Data engine, a loop: the model helps to annotate and is retrained on the result
# - [ ] (5 points) The stages, assisted, semi-automatic, automatic: who does what, with some numbers
# - [ ] (4 points) Why trust it: confidence, stability, no duplicates; checked against people; or its danger
# <!-- END SOLUTION -->

# %% [markdown] id="hints-3-3" tags=["hints"]
# <details><summary>Hint 1</summary>
#
# Captions can be found on the web. Where could masks be found?
# </details>
#
# <details><summary>Hint 2</summary>
#
# In the last stage: which masks are thrown away? There are three filters.
# </details>

# %% [markdown] id="part-4"
# # 4 What it cannot do

# %% [markdown] id="task-4-1"
# ## Task 4.1 Can it classify?  (8 points, medium, 20 minutes)
#
# You have photographs with birds, and a list of species that are not in any training set. Can SAM tell you,
# zero-shot, which species is in a picture? Say why or why not, what *zero-shot* means in the paper's
# experiments, and what you would combine with SAM to get it done.

# %% [markdown] id="answer-4-1" tags=["written", "task-4.1"]
# <!-- BEGIN SOLUTION -->
# No. SAM's output is masks with an estimate of their quality. The masks it was trained on have no class
# names, so it learned *that* something is an object, not *what* it is. The experiment with text prompts (7.5)
# does not change this: there a name is *given*, as an embedding of CLIP, and the model says where; it is
# exploratory, and often needs a point in addition. *Zero-shot* in the paper means new data sets and new tasks
# (edges, proposals) without further training, and always segmentation.
#
# Combine it with a classifier: let SAM segment (with a grid of points, or from a detector's boxes), cut out
# each mask, and have CLIP compare the crop with the names of the species; or, with five photos per species,
# compare an embedding with prototypes, as in this course. Then SAM says where, and the other says what.
#
# - [ ] (3 points) No: masks without names; it was trained without classes
# - [ ] (2 points) Zero-shot in the paper: new data and tasks of segmentation, not new classes
# - [ ] (3 points) A way to do it: SAM for the masks, CLIP or another classifier for the crops
# <!-- END SOLUTION -->

# %% [markdown] id="hints-4-1" tags=["hints"]
# <details><summary>Hint</summary>
#
# Look at the model's output once more. Is there a name anywhere in it?
# </details>

# %% [markdown] id="task-4-2"
# ## Task 4.2 Several objects  (7 points, easy, 15 minutes)
#
# Now there are five birds in the picture, two of them overlapping. What does SAM answer to one point on one
# bird? To one point on each of two birds, given together? How would you get all five, and what do you know
# then, and what not? The demonstration is a good place to try it.

# %% [markdown] id="answer-4-2" tags=["written", "task-4.2"]
# <!-- BEGIN SOLUTION -->
# *One point*: masks for the thing at this point only, up to three of them (whole bird, wing, patch of
# feathers), with scores; the other birds play no part, since the model does not know that they are of the
# same kind. *Two points as one prompt* are taken as more evidence about *one* thing: SAM looks for a single
# mask that contains both, perhaps the two birds with what is between them, or one of them. Where birds
# overlap, a background point on the other, or a box, keeps them apart.
#
# To get all five: five prompts, one after another or in a batch on the same image embedding, which is
# computed once; or a grid of points over the image and non-maximum suppression, which gives masks for
# everything there, branches and leaves as well. Then you have masks, but neither names nor a sign of which of
# them are birds and how many of them there are: something else has to pick them out. Finding *all birds* is
# semantic or instance segmentation, for which the paper sees no simple prompt (section 8).
#
# - [ ] (2 points) One prompt is about one object; an ambiguous one gives up to three masks of it, with scores
# - [ ] (2 points) Several points in one prompt describe one object together
# - [ ] (3 points) All objects: a prompt for each, or a grid; no names, so which are birds stays open
# <!-- END SOLUTION -->

# %% [markdown] id="hints-4-2" tags=["hints"]
# <details><summary>Hint</summary>
#
# One prompt may have several points. What does the model assume they belong to?
# </details>

# %% [markdown] id="end"
# ## Handing in
#
# Read your answers once more with the eyes of somebody who has not read the paper. Save the notebook; the
# cell below packs it. The rubric asks for what the tasks ask for and nothing else: there are no points for
# length.
