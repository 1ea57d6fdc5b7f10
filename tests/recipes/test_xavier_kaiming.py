"""The contest's script with settings that no preset combines; the script on the distributions for
every scheme.
"""

from dataclasses import replace

import numpy as np
import pytest
from recipes_cases import RECIPES
from recipes_helpers import run_script

from weightkit import recipes
from weightkit.initializers import INITIALIZERS
from weightkit.lessons.xavier_kaiming import RECTANGULAR, Config, DistributionsConfig, distributions

SETTINGS = [
    {"optimizer": "adam", "hidden": "64-64-64", "second": "kaiming_normal", "seed": 7},
    {"optimizer": "momentum", "dropout": 0.25, "weight_decay": 0.01, "first": "pytorch_default"},
]


@pytest.mark.parametrize("settings", SETTINGS, ids="-".join)
def test_the_script_gives_the_pages_numbers(settings, tmp_path):
    config = replace(Config(), epochs=3, n_seeds=3, **settings)
    RECIPES["xavier_kaiming/contest"].compare(
        config, run_script("xavier_kaiming/contest", config, tmp_path)
    )


UNEVEN = DistributionsConfig(sizes=RECTANGULAR, negative_slope=0.5, seed=3)


@pytest.fixture(scope="module")
def moments():
    return distributions(UNEVEN).moments


def drawn(scheme, config, moments):
    """Ours and the script's moments of one scheme, in the same order."""
    names = {}
    exec(recipes.script("xavier_kaiming/formulas", replace(config, scheme=scheme)), names)
    assert names["chart"].to_dict()
    order = ["layer", "parameter"]
    ours, theirs = moments[moments["scheme"] == scheme], names["result"]
    return (frame.sort_values(order).reset_index(drop=True) for frame in (ours, theirs))


@pytest.mark.parametrize("scheme", INITIALIZERS)
def test_every_scheme_starts_the_same_in_the_script(scheme, moments):
    ours, theirs = drawn(scheme, UNEVEN, moments)
    for column in ("layer", "parameter", "fan_in", "fan_out"):
        assert theirs[column].tolist() == ours[column].tolist()
    for column in ("std_theory", "std_measured", "min", "max"):
        assert np.allclose(theirs[column], ours[column], rtol=1e-6, atol=1e-8), column
