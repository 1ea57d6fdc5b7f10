"""The script of part 2 gives the page's numbers, and the same count of distinct units."""

from dataclasses import replace

import pytest
from recipes_helpers import run_script

from weightkit.experiments.same_value_init import CONDITIONS, LAYERS, PRESETS, Config, run

SMALL = {"epochs": 2, "n_seeds": 2}
KEYS = ["condition", "seed", "epoch"]
OWN = {"own_layer": "fc2", "own_parameter": "weight, bias zero", "own_value": -0.25}


@pytest.mark.parametrize("preset", ["", *PRESETS])
def test_the_script_gives_the_pages_numbers(preset, tmp_path, request):
    settings = {**PRESETS.get(preset, {}), **SMALL}
    if settings.get("dataset") == "mnist":
        request.getfixturevalue("real_data")
        settings |= {"epochs": 1, "n_seeds": 1}
    config = replace(Config(), **settings)
    ours = run(config).curves.query("split == 'test' and epoch > 0").set_index(KEYS)["accuracy"]
    theirs = run_script("same_value_init", config, tmp_path).set_index(KEYS)["accuracy"]
    assert sorted(theirs.index) == sorted(ours.index)
    # Rounding in the last digit grows over the steps; it may move a few of the test samples.
    assert (theirs - ours).abs().max() <= 0.04
    assert (theirs - ours).abs().mean() <= 0.01


def test_every_start_and_the_readers_own_and_their_units(tmp_path):
    config = replace(Config(), conditions=tuple(CONDITIONS), **OWN, **SMALL)
    last = run(config).symmetry.query("epoch == epoch.max()")
    ours = last.pivot(index=["condition", "seed"], columns="layer", values="distinct_units")[LAYERS]
    theirs = run_script("same_value_init", config, tmp_path, "units").set_index(["condition", "seed"])[LAYERS]
    difference = (theirs - ours.loc[theirs.index]).abs()
    assert len(difference) == 2 * (len(CONDITIONS) + 1)
    copies = ["all zero", "all one", "weights one, biases zero"]
    assert (theirs.loc[copies, LAYERS[:-1]] == 1).all(axis=None)
    assert difference.loc[copies, LAYERS[:-1]].max(axis=None) == 0
    assert difference.max(axis=None) <= 2  # near ties, as of units that sleep and differ by their biases alone
