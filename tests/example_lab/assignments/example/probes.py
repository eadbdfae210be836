"""How the grader calls your code. Runs inside the sandbox, on your namespace `ns`.

A probe returns what it observed, never a verdict.
"""


def class_means(ns, case):
    features = case["features"].requires_grad_()
    means = ns["class_means"](features, case["labels"])
    if means.requires_grad:  # without a gradient, and in any shape, there is still a value to look at
        means.square().sum().backward()
    return {"means": means, "features_grad": features.grad}
