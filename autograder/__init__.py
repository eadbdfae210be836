"""The autograder of Few-Label Labs: it records what a submission computes, then judges it elsewhere."""

__version__ = "0.1.0"
