"""The script of part 6 with ways of drawing that no preset combines."""

from dataclasses import replace

import pytest
from recipes_cases import RECIPES
from recipes_helpers import run_script

from weightkit.lessons.identical_random import PRESETS, Config

WAYS = {
    "E1": PRESETS["Same weights, other biases"] | {"batches": "other", "optimizer": "sgd"},
    "E2": PRESETS["Seed the biases instead"] | {"activation": "leaky_relu", "dataset": "ring"},
    "together": PRESETS["Seed both together"]
    | PRESETS["Layers in the other order"]
    | {"activation": "relu"},
    "all copied": {
        "weights": "copied",
        "optimizer": "momentum",
        "activation": "sigmoid",
        "seed": 7,
        "entropy": 3,
    },
}


@pytest.mark.parametrize("way", WAYS)
def test_the_script_gives_the_pages_numbers(way, tmp_path):
    recipe = RECIPES["identical_random"]
    config = replace(Config(epochs=3, learning_rate=0.003), **WAYS[way])
    recipe.compare(config, run_script("identical_random", config, tmp_path, recipe.frame))
