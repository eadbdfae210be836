"""Shows how task 3c fares on the sample cases. Generated: see `autograder build`."""

from autograder.notebook.check_cell import sample_cases

OK_FORMAT = False
name = "3c"
points = 4

test_sample_cases = sample_cases("metric_embedding", "3c")
