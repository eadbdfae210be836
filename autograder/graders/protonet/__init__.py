"""Graders of the ProtoNet lab. Trusted side.

A task is judged by the student's own methods together, or by its own method with given numbers in place of
the others' results, whichever is right: a mistake is paid for in one task. What an earlier version of the lab
had in one piece has no methods to be asked apart, so its cases are made so that slips of one task do not show
in another: 3.1 is judged by slopes at a point where the loss is symmetric, so that signs, scales and
reductions drop out; 3.2 on episodes whose queries equal their support; 3.4 on episodes in which the usual
slips of 3.1 predict as many right.
"""
