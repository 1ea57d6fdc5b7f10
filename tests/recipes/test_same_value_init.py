"""The script of part 2 knows every start, and counts the same distinct units."""

from dataclasses import replace

from recipes_helpers import run_script

from weightkit.lessons.same_value_init import CONDITIONS, LAYERS, Config, run

SMALL = {"epochs": 2, "n_seeds": 2}
OWN = {"own_layer": "fc2", "own_parameter": "weight, bias zero", "own_value": -0.25}


def test_every_start_and_the_readers_own_and_their_units(tmp_path):
    config = replace(Config(), conditions=tuple(CONDITIONS), **OWN, **SMALL)
    last = run(config).symmetry.query("epoch == epoch.max()")
    ours = last.pivot(index=["condition", "seed"], columns="layer", values="distinct_units")[LAYERS]
    theirs = run_script("same_value_init/starts", config, tmp_path, "units").set_index(
        ["condition", "seed"]
    )[LAYERS]
    difference = (theirs - ours.loc[theirs.index]).abs()
    assert len(difference) == 2 * (len(CONDITIONS) + 1)
    copies = ["all zero", "all one", "weights one, biases zero"]
    assert (theirs.loc[copies, LAYERS[:-1]] == 1).all(axis=None)
    assert difference.loc[copies, LAYERS[:-1]].max(axis=None) == 0
    assert (
        difference.max(axis=None) <= 2
    )  # near ties, as of units that sleep and differ by their biases alone
