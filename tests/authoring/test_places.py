"""Where a text stands, and what definitions leave of it."""

import pytest

from autograder.authoring.places import function_of, replaces

ANSWER = """
scale = 2

class Net(nn.Module):
    size = 3

    def forward(self, x):
        return x.mean()

    def loss(self, x):
        def inner(y):
            return y + 1
        return inner(x)

def fit(net):
    return net
"""


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("scale = 2", ""),
        ("size = 3", "Net"),
        ("x.mean()", "Net.forward"),
        ("y + 1", "Net.loss.inner"),
        ("    return net", "fit"),
    ],
)
def test_a_text_stands_in_its_innermost_function(text: str, function: str) -> None:
    assert function_of(ANSWER, text) == function


@pytest.mark.parametrize(
    ("definitions", "gone"),
    [
        ("", set()),
        ("def fit(net):\n    pass", {"fit"}),
        ("class Net(Net):\n    def forward(self, x):\n        return x", {"Net.forward"}),
        (
            "class Net(nn.Module):\n    def forward(self, x):\n        return x",
            {"Net", "Net.forward", "Net.loss"},
        ),
        ("class Other(Net):\n    def forward(self, x):\n        return x", set()),
        ("def forward(self, x):\n    pass\nnet = 3", set()),
    ],
)
def test_definitions_replace_what_they_define_anew(definitions: str, gone: set[str]) -> None:
    functions = {"Net", "Net.forward", "Net.loss", "fit"}
    assert {function for function in functions if replaces(definitions, function)} == gone
