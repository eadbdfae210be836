"""Shows how task 2c fares on the sample cases. Generated: see `autograder build`."""

from autograder.notebook.check_cell import sample_cases

OK_FORMAT = False
name = "2c"
points = 20

test_sample_cases = sample_cases("metric_embedding", "2c")
