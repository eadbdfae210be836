"""2.3 Proxy-Anchor."""

import numpy as np

from autograder.judging import assert_close, assert_that, probe, task


@task("2.3")
@probe("proxy_anchor")
def test_both_terms_have_the_right_value(answer, expected, case):
    _assert_own_work(answer)
    assert_close(answer["loss"], expected["loss"], hint=_hint(answer, case))


@task("2.3")
@probe("proxy_anchor")
def test_proxies_and_embeddings_learn(answer, expected):
    _assert_own_work(answer)
    right = np.allclose(answer.number("loss"), expected.number("loss"), rtol=1e-3)
    hint = (
        "Do gradients reach both the embeddings and `self.proxies`? Do not detach, copy or rebuild tensors."
    )
    for name in ("embeddings_grad", "proxies_grad"):
        assert_close(answer[name], expected[name], rtol=1e-3, atol=1e-5, hint=hint if right else "")


def _assert_own_work(answer):
    assert_that(
        "proxy_anchor" not in answer.text("libraries"),
        "Write the loss yourself; a ready-made one may help you to compare.",
        "pytorch_metric_learning's own loss does the work.",
    )


def _hint(answer, case):
    if not np.isfinite(answer.number("loss")):
        return "Does anything overflow? A logarithm of a sum of exponentials has a function of its own."
    if len(case["labels"].unique()) < len(case["proxies"]):
        return (
            "Over which proxies is the first mean, where not all have positives? And over which the second?"
        )
    return "Is everything normalised, and are both terms there, each log(1 + sum of exponentials)?"
