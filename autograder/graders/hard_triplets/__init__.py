"""Graders of the hard-triplets lab. Trusted side.

Tasks stand on each other, and one root mistake is paid for once: an answer is right if it is so with
everything the student's own, or with numbers of the case in place of what it stands on. What is right is
looked up in the reference's answers, or verified (no sample of the class is farther than this one), but not
worked out here: students have these files, too.
"""
