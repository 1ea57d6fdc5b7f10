"""The scripts of the theory lesson with settings that no preset has."""

import pytest
from recipes_cases import RECIPES
from recipes_helpers import run_script

from weightkit.lessons import signal_propagation as experiment


@pytest.mark.parametrize(
    "more", [{"activation": "tanh", "biases": "pytorch_default"}, {"activation": "leaky_relu"}]
)
def test_the_pass(more, tmp_path):
    config = experiment.Config(depth=6, n_seeds=2, width=32, **more)
    RECIPES["signal_propagation/signal"].compare(
        config, run_script("signal_propagation/signal", config, tmp_path)
    )


@pytest.mark.parametrize(
    "more",
    [
        {"optimizer": "adam", "normalization": "layer"},
        {"activation": "sigmoid", "optimizer": "sgd"},
    ],
)
def test_the_contest(more, tmp_path):
    config = experiment.DepthConfig(depth=4, n_seeds=1, epochs=2, biases="pytorch_default", **more)
    RECIPES["signal_propagation/contest"].compare(
        config, run_script("signal_propagation/contest", config, tmp_path)
    )
