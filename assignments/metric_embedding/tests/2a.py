"""Shows how task 2a fares on the sample cases. Generated: see `autograder build`."""

from autograder.notebook.check_cell import sample_cases

OK_FORMAT = False
name = "2a"
points = 10

test_sample_cases = sample_cases("metric_embedding", "2a")
