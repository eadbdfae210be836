"""3c and 4: image space, and the projection to the plane. Trusted side."""

import numpy as np

from autograder.judging import assert_that, probe, summary, task
from autograder.judging.comparisons import close

PIXELS = "Each image becomes one row of its 784 pixels: (B, 784), also for B = 1."
PLANE = (
    "Two numbers for each row of X: its coordinates along the two directions in which the rows vary most "
    "(`torch.pca_lowrank` centres X by itself), not the directions themselves."
)


@task("3c")
@probe("identity")
def test_features_in_image_space_are_the_pixels(answer, case):
    pixels = case["images"].numpy().reshape(len(case["images"]), -1)
    features = answer.array("features", pixels.shape, hint=PIXELS).astype(np.float64)
    one = answer.array("one", (1, pixels.shape[1]), hint=PIXELS).astype(np.float64)
    # Distances are all that classification looks at, so the order of the pixels is free.
    as_far = close(features @ features.T, pixels @ pixels.T) and close(
        one @ features.T, pixels[:1] @ pixels.T
    )
    assert_that(as_far, PIXELS, "the rows do not lie to each other as the images' pixels do.")


@task("4")
@probe("projection")
def test_the_points_span_the_plane_of_the_largest_variance(answer, case):
    points, rows = _points(answer, case), _rows(case)
    centred = points - points.mean(axis=0)
    assert_that(np.linalg.matrix_rank(centred, rtol=1e-6) == 2, PLANE, "the points lie on a line.")
    U, S, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    ours = np.linalg.svd(centred, full_matrices=False)[0]
    agreement = np.linalg.svd(ours.T @ U[:, :2], compute_uv=False).min()
    assert_that(agreement > 0.99, PLANE, f"the plane is another one: cosine {agreement:.3f}.")
    # Turned, mirrored or larger as a whole: the distances say the same, whichever way the axes point.
    within = U[:, :2].T @ centred
    true = any(_same_proportions(within @ within.T, np.diag(wanted)) for wanted in (S[:2] ** 2, np.ones(2)))
    assert_that(
        true, "U, U * S and X @ V are fine: other products stretch one axis.", "one axis is stretched."
    )


@summary("projection")
def what_points_say(answer, case):
    """Where they lie in the plane of the largest variance, as parts of how far the rows spread.

    Along directions in which the rows hardly vary, points are little but rounding, which each machine does
    in its own way.
    """
    rows, found = _rows(case), answer.array("points", hint=PLANE)
    if found.shape != (len(rows), 2):
        return {"points": np.abs(found)}
    points = _points(answer, case)
    middle = points.mean(axis=0)
    U, S, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    spread = np.linalg.svd(points - middle, compute_uv=False)
    return {
        "in_the_plane": np.abs(U[:, :2].T @ (points - middle)) / S[0],
        "spread": np.concatenate([S[:2], spread]) / S[0],
        "middle": np.abs(middle) / np.linalg.norm(rows.mean(axis=0)),
    }


def _rows(case):
    return case["features"].numpy().astype(np.float64)


def _points(answer, case):
    points = answer.array("points", (len(case["features"]), 2), hint=PLANE).astype(np.float64)
    assert_that((np.abs(points) < 1e30).all(), PLANE, "some points are not finite.")
    return points


def _same_proportions(found, wanted):
    found, wanted = found / np.linalg.norm(found), wanted / np.linalg.norm(wanted)
    return np.abs(found - wanted).max() < 0.05
