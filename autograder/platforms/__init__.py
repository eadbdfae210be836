"""Learning platforms: their bulk downloads in, grades and feedback in their own form out. Trusted side.

What a platform makes of a class is turned into one folder for each student and a roster that remembers who
they are there; grading knows nothing of platforms.
"""
