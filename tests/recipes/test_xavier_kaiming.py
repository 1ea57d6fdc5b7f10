"""The contest's script gives the contest's numbers; the script on the distributions gives theirs."""

import ast
from dataclasses import replace

import numpy as np
import pytest
from recipes_helpers import run_script

from weightkit import recipes
from weightkit.experiments.xavier_kaiming import (
    METRICS,
    PRESETS,
    RECTANGULAR,
    Config,
    DistributionsConfig,
    distributions,
    run,
)
from weightkit.initializers import INITIALIZERS

SETTINGS = [
    {},
    {"optimizer": "adam", "hidden": "64-64-64", "second": "kaiming_normal", "seed": 7},
    {"optimizer": "momentum", "dropout": 0.25, "weight_decay": 0.01, "first": "pytorch_default"},
    {"dataset": "wine_quality"},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: "-".join(s) or "default")
def test_the_script_gives_the_pages_numbers(settings, tmp_path, request):
    if settings.get("dataset") == "wine_quality":
        request.getfixturevalue("real_data")
    config = replace(Config(), epochs=3, n_seeds=3, **settings)
    ours, theirs = run(config).final, run_script("xavier_kaiming", config, tmp_path)
    assert theirs[["init", "seed"]].values.tolist() == ours[["init", "seed"]].values.tolist()
    assert np.allclose(theirs["train_loss"], ours["train_loss"], rtol=1e-3)
    assert np.allclose(theirs[list(METRICS)[1:]], ours[list(METRICS)[1:]], atol=0.02)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_has_its_script(preset):
    config = Config(**{k: v for k, v in PRESETS[preset].items() if k != "view"})
    script = recipes.script("xavier_kaiming", config)
    ast.parse(script)
    assert config.second in script
    assert config.hidden.replace("-", ", ") in script


def drawn(scheme, config):
    """Ours and the script's moments of one scheme, in the same order."""
    moments = distributions(config).moments
    names = {}
    exec(recipes.script("xavier_kaiming_distributions", vars(config) | {"scheme": scheme}), names)
    assert names["chart"].to_dict()
    order = ["layer", "parameter"]
    ours, theirs = moments[moments["scheme"] == scheme], names["result"]
    return (frame.sort_values(order).reset_index(drop=True) for frame in (ours, theirs))


@pytest.mark.parametrize("scheme", INITIALIZERS)
def test_every_scheme_starts_the_same_in_the_script(scheme):
    ours, theirs = drawn(scheme, DistributionsConfig(sizes=RECTANGULAR, negative_slope=0.5, seed=3))
    for column in ("layer", "parameter", "fan_in", "fan_out"):
        assert theirs[column].tolist() == ours[column].tolist()
    for column in ("std_theory", "std_measured", "min", "max"):
        assert np.allclose(theirs[column], ours[column], rtol=1e-6, atol=1e-8), column


def test_the_script_on_the_distributions_runs_on_its_own(tmp_path):
    config = DistributionsConfig()
    theirs = run_script("xavier_kaiming_distributions", vars(config) | {"scheme": "kaiming_uniform"}, tmp_path)
    assert len(theirs) == 10
