"""Shows how task 4 fares on the sample cases. Generated: see `autograder build`."""

from autograder.notebook.check_cell import sample_cases

OK_FORMAT = False
name = "4"
points = 10

test_sample_cases = sample_cases("metric_embedding", "4")
