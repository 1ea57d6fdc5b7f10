"""The condition number by hand: against numpy.linalg, and as properties."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weightkit.condition import ellipse, kappa, matrix, sparsity

SIGMAS = st.floats(0.01, 100)
DEGREES = st.floats(-360, 360)


@settings(max_examples=40, deadline=None)
@given(SIGMAS, SIGMAS, DEGREES, DEGREES)
def test_the_matrix_has_the_singular_values_asked_for(a, b, angle, turn):
    w = matrix(a, b, angle, turn)
    np.testing.assert_allclose(
        np.linalg.svd(w, compute_uv=False), sorted((a, b), reverse=True), rtol=1e-9
    )
    assert kappa(w) == pytest.approx(max(a, b) / min(a, b), rel=1e-9)
    assert kappa(7.5 * w) == pytest.approx(kappa(w), rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(SIGMAS, SIGMAS, DEGREES, DEGREES)
def test_the_ellipse_is_the_image_of_the_circle(a, b, angle, turn):
    frame = ellipse(a, b, angle, turn, 36)
    assert list(frame) == ["shape", "part", "index", "x", "y"]
    circle, image = (
        frame[frame["shape"] == s].reset_index(drop=True) for s in ("circle", "ellipse")
    )
    assert (circle[["part", "index"]] == image[["part", "index"]]).all(axis=None)
    outline = circle["part"] == "outline"
    np.testing.assert_allclose(np.hypot(*circle[outline][["x", "y"]].to_numpy().T), 1.0)
    expected = circle[["x", "y"]].to_numpy() @ matrix(a, b, angle, turn).T
    np.testing.assert_allclose(image[["x", "y"]], expected, atol=1e-12 * max(a, b))
    reach = np.hypot(image[outline]["x"], image[outline]["y"])
    assert reach.max() <= max(a, b) * (1 + 1e-9) and reach.min() >= min(a, b) * (1 - 1e-9)


def test_axes_are_as_long_as_the_singular_values_and_stay_at_right_angles():
    frame = ellipse(3.0, 0.5, 20.0, 75.0)
    tips = frame[
        (frame["shape"] == "ellipse") & (frame["index"] == 1) & (frame["part"] != "outline")
    ]
    one, two = tips[["x", "y"]].to_numpy()
    assert (np.hypot(*one), np.hypot(*two)) == pytest.approx((3.0, 0.5))
    assert one @ two == pytest.approx(0.0, abs=1e-12)
    assert math.degrees(math.atan2(one[1], one[0])) == pytest.approx(20.0)


def test_the_outline_is_closed():
    frame = ellipse(2.0, 1.0)
    for _, outline in frame[frame["part"] == "outline"].groupby("shape"):
        np.testing.assert_allclose(
            outline.iloc[0][["x", "y"]].astype(float),
            outline.iloc[-1][["x", "y"]].astype(float),
            atol=1e-9,
        )


def test_equal_singular_values_keep_the_circle_and_a_zero_flattens_it():
    assert kappa(matrix(2.5, 2.5, 33, 12)) == pytest.approx(1.0)
    assert kappa(matrix(2.0, 1.0)) == pytest.approx(2.0)
    assert kappa(matrix(2.0, 0.0, 30)) == math.inf
    assert kappa(np.zeros((2, 2))) == kappa(np.ones((5, 3))) == math.inf


@pytest.mark.parametrize("bad", [-0.1, math.nan, math.inf, 2e6, "1"])
def test_bad_singular_values_are_named(bad):
    with pytest.raises(ValueError, match="sigma_2"):
        ellipse(1.0, bad)
    with pytest.raises(ValueError, match="sigma_1"):
        ellipse(bad, 1.0)


def test_bad_angles_and_counts_are_named():
    with pytest.raises(ValueError, match="turn"):
        ellipse(1.0, 1.0, 0.0, math.nan)
    with pytest.raises(ValueError, match="n_points"):
        ellipse(n_points=3)
    for n in (0, 3, 2048, True, 4.0):
        with pytest.raises(ValueError, match="n is"):
            sparsity(n)


@pytest.mark.parametrize("n", [2, 8, 64])
def test_kappa_does_not_measure_sparsity(n):
    """Both counterexamples: mostly zeros with kappa 1, and no zero at all with kappa 1000; and the
    other two.
    """
    frame = sparsity(n).set_index("matrix")
    zeros, k = frame["share_zero"], frame["condition_number"]
    assert zeros["identity"] == zeros["diagonal, 1 to 1000"] == pytest.approx(1 - 1 / n)
    assert zeros["rotated identity"] == zeros["rotated diagonal"] == 0
    wanted = {
        "identity": 1,
        "rotated identity": 1,
        "diagonal, 1 to 1000": 1000,
        "rotated diagonal": 1000,
    }
    for name, expected in wanted.items():
        assert k[name] == pytest.approx(expected)
