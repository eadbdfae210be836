"""Nothing is validated and nothing is printed. After each epoch print the losses and the accuracy."""

LOSES = {"2.3"}
CHANGES = {"        if print_metrics:": "        if False:"}
