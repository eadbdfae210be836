"""One assignment as grading needs it: its rubric, its cases, what to run of a notebook. Trusted side."""
