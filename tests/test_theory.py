"""The mean-field recursion against closed forms, Monte Carlo and scipy's adaptive quadrature."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from weightkit import ACTIVATIONS, theory

STDS = st.floats(1e-6, 1e4)


def by_scipy(f, std):
    """E[f(z)] by adaptive quadrature, with break points where f may turn."""
    turns = sorted({p for k in (-20, -5, -1, 0, 1, 5, 20) if abs(p := k / std) < 12})
    value, _ = integrate.quad(
        lambda x: (
            float(f(torch.tensor(std * x, dtype=torch.float64)))
            * math.exp(-x * x / 2)
            / math.sqrt(2 * math.pi)
        ),
        -12,
        12,
        points=turns,
        limit=400,
        epsabs=1e-13,
        epsrel=1e-9,
    )
    return value


@pytest.mark.parametrize("std", [0.01, 0.7, 3.0, 40.0])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_quadrature_agrees_with_scipy(activation, std):
    act = ACTIVATIONS[activation]
    assert theory.output_rms(activation, std) ** 2 == pytest.approx(
        by_scipy(lambda z: act.f(z) ** 2, std), rel=1e-6
    )
    assert theory.slope_rms(activation, std) ** 2 == pytest.approx(
        by_scipy(lambda z: act.derivative(z) ** 2, std), rel=1e-6
    )


@given(STDS)
@settings(max_examples=40, deadline=None)
def test_closed_forms(std):
    assert theory.gaussian_mean(torch.ones_like, std) == pytest.approx(1, abs=1e-12)
    assert theory.gaussian_mean(lambda z: z**4, std) == pytest.approx(3 * std**4, rel=1e-9)
    assert theory.output_rms("linear", std) == pytest.approx(std, rel=1e-9)
    assert theory.output_rms("relu", std) == pytest.approx(std / math.sqrt(2), rel=1e-9)
    assert theory.output_rms("leaky_relu", std) == pytest.approx(
        std * math.sqrt((1 + 1e-4) / 2), rel=1e-9
    )
    assert theory.slope_rms("relu", std) == pytest.approx(math.sqrt(0.5), rel=1e-9)
    assert theory.slope_rms("linear", std) == pytest.approx(1, rel=1e-9)
    assert theory.output_rms("tanh", std) < min(1, std)
    assert theory.output_rms("sigmoid", std) > 0.5


def test_limits_of_very_small_and_very_large_inputs():
    assert theory.output_rms("tanh", 1e-8) == pytest.approx(1e-8)
    assert theory.slope_rms("sigmoid", 1e-8) == pytest.approx(0.25)
    assert theory.output_rms("tanh", 5e3) == pytest.approx(1, abs=1e-3)
    # tanh' ^2 integrates to 4/3 over a line where the density is 1 / (std sqrt(2 pi))
    assert theory.slope_rms("tanh", 5e3) ** 2 == pytest.approx(
        4 / 3 / (5e3 * math.sqrt(2 * math.pi)), rel=1e-5
    )
    assert theory.output_rms("relu", 1e200) == pytest.approx(1e200 / math.sqrt(2), rel=1e-6)
    assert theory.output_rms("relu", math.inf) == math.inf
    assert theory.output_rms("relu", 0.0) == 0.0


@pytest.mark.parametrize(
    ("std", "factor"),
    [(math.sqrt(2 / 64), 1), (math.sqrt(1 / 64), 1 / 2), (math.sqrt(1 / 192), 1 / 6)],
)
def test_relu_recursion_is_a_geometric_series(std, factor):
    assert theory.relu_factor(64, std) == pytest.approx(factor)
    forward = np.array(theory.forward_std("relu", [64] * 12, [std] * 12))
    assert forward[0] == pytest.approx(8 * std)
    np.testing.assert_allclose((forward[1:] / forward[:-1]) ** 2, factor, rtol=1e-9)
    backward = np.array(theory.backward_std("relu", forward, [64] * 12, [std] * 12, 3.0))
    assert backward[-1] == pytest.approx(3 * math.sqrt(factor))
    np.testing.assert_allclose((backward[:-1] / backward[1:]) ** 2, factor, rtol=1e-9)


def test_linear_recursion_and_biases():
    assert theory.forward_std("linear", [100] * 3, [0.2] * 3, 0.0, 5.0) == pytest.approx(
        [10, 20, 40]
    )
    assert theory.forward_std("linear", [100, 100], [0.1, 0.1], 1.0, 1.0) == pytest.approx(
        [math.sqrt(2), math.sqrt(3)]
    )
    assert theory.backward_std("linear", [1, 1], [100, 400], [0.1, 0.1], 1.0) == pytest.approx(
        [2, 2]
    )


@pytest.mark.parametrize("depth", [5, 20])
def test_finite_width_spread_is_what_sampling_gives(depth):
    """Many ReLU networks of one input, simulated layer by layer: the variance over seeds of the log
    mean square.
    """
    width, networks = 200, 3000
    g = torch.Generator().manual_seed(1)
    square = torch.ones(
        networks
    )  # |a|^2 * 2 / width, which a layer of Gaussian weights turns into z ~ N(0, square)
    for _ in range(depth):
        z = torch.randn(networks, width, generator=g) * square.sqrt()[:, None]
        square = 2 * torch.relu(z).square().mean(1)
    assert float(square.log().var()) == pytest.approx(
        theory.finite_width_log_variance(depth, width), rel=0.1
    )


def arc_cosine(correlation):
    """E[relu(a) relu(b)] of unit normal a, b with this correlation (Cho and Saul 2009)."""
    angle = math.acos(correlation)
    return (math.sin(angle) + (math.pi - angle) * correlation) / (2 * math.pi)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("std", [1e-3, 1.0, 50.0])
def test_what_differs_between_two_inputs_has_its_closed_forms(correlation, std):
    spread = std * math.sqrt(1 - correlation)
    assert theory.output_spread("linear", std, spread) == pytest.approx(spread, rel=1e-9)
    relu = std**2 * (0.5 - arc_cosine(correlation))
    assert theory.output_spread("relu", std, spread) ** 2 == pytest.approx(relu, rel=1e-3)
    tiny = theory.output_spread("tanh", 1.0, 1e-9)  # as small as that: the slope decides
    assert tiny == pytest.approx(1e-9 * theory.slope_rms("tanh", 1.0), rel=1e-4)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "leaky_relu"])
def test_what_differs_between_two_inputs_is_what_sampling_gives(activation):
    g = torch.Generator().manual_seed(0)
    m, a, b = (torch.randn(200_000, generator=g, dtype=torch.float64) for _ in range(3))
    act = ACTIVATIONS[activation].f
    one, two = (act(2.0 * (math.sqrt(0.6) * m + math.sqrt(0.4) * own)) for own in (a, b))
    measured = (one - two).square().mean() / 2
    spread = theory.output_spread(activation, 2.0, 2.0 * math.sqrt(0.4))
    assert spread**2 == pytest.approx(float(measured), rel=0.02)


def test_two_inputs_end_where_their_map_stands_still():
    std = theory.fixed_std("tanh", 1.5, 0.3)
    assert math.hypot(1.5 * theory.output_rms("tanh", std), 0.3) == pytest.approx(std, rel=1e-6)
    alike = theory.fixed_correlation("tanh", 1.5, 0.3, std)
    stds, spreads = theory.forward_pair("tanh", [64] * 300, [1.5 / 8] * 300, 0.3, 0.2)
    assert stds[-1] == pytest.approx(std, rel=1e-6)
    assert 1 - (spreads[-1] / stds[-1]) ** 2 == pytest.approx(alike, abs=1e-3)
    assert theory.slope_factor("tanh", 1.5, std) > 1 > alike
    assert theory.fixed_correlation("tanh", 0.5, 0.3, theory.fixed_std("tanh", 0.5, 0.3)) == 1
    assert theory.fixed_std("relu", 2.0) == math.inf and theory.fixed_std("tanh", 0.5) == 0
