"""The script of part 6 draws the page's numbers, and its training gives the page's losses."""

from dataclasses import replace

import pytest
from recipes_helpers import run_script

from weightkit.experiments.identical_random import PRESETS, Config, run

WAYS = {
    "default": {},
    "E1": PRESETS["Same weights, other biases"] | {"batches": "other", "optimizer": "sgd"},
    "E2": PRESETS["Seed the biases instead"] | {"activation": "leaky_relu", "dataset": "ring"},
    "together": PRESETS["Seed both together"] | PRESETS["Layers in the other order"] | {"activation": "relu"},
    "all copied": {"weights": "copied", "optimizer": "momentum", "activation": "sigmoid", "seed": 7, "entropy": 3},
}
BOTH = "pd.concat([result, parameters], axis=1)"  # one process for two frames


@pytest.mark.parametrize("way", WAYS)
def test_the_script_gives_the_pages_numbers(way, tmp_path):
    config = replace(Config(epochs=3, learning_rate=0.003), **WAYS[way])
    page = run(config)
    script = run_script("identical_random", config, tmp_path, BOTH)
    for network in config.networks:
        ours = page.weights[page.weights["network"] == network]["value"]
        theirs = script[network].dropna()
        assert len(ours) == len(theirs)
        assert (theirs.to_numpy(dtype="float32") == ours.to_numpy(dtype="float32")).all()
    keys = ["network", "epoch"]
    losses = script.dropna(subset=["loss"]).set_index(keys)["loss"]
    ours = page.training.query("split == 'train'").set_index(keys)["loss"]
    assert len(losses) == len(ours) == 16
    assert losses.loc[list(ours.index)].to_numpy() == pytest.approx(ours.to_numpy(), rel=1e-4)
