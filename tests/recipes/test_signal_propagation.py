"""The scripts of the theory lesson give its numbers, view by view."""

import ast

import pytest
from recipes_helpers import run_script

from weightkit import recipes
from weightkit.experiments import signal_propagation as experiment

CONFIGS = {
    "Signal": ("signal_propagation", experiment.Config),
    "Histograms": ("signal_propagation_histograms", experiment.HistogramConfig),
    "Depth contest": ("signal_propagation_depth", experiment.DepthConfig),
    "Map": ("signal_propagation_map", experiment.MapConfig),
    "Landscape": ("signal_propagation_landscape", experiment.LandscapeConfig),
    "Symmetry": ("signal_propagation_symmetry", experiment.SymmetryConfig),
}
CASES = [(view, name) for view, presets in experiment.PRESETS.items() for name in ("", *presets)]


@pytest.mark.parametrize(("view", "preset"), CASES)
def test_every_preset_renders_as_valid_python(view, preset):
    name, config = CONFIGS[view]
    ast.parse(recipes.script(name, config(**experiment.PRESETS[view].get(preset, {}))))


@pytest.mark.parametrize("more", [{}, {"activation": "tanh", "biases": "pytorch_default"}, {"activation": "leaky_relu"}])
def test_the_pass(more, tmp_path):
    config = experiment.Config(depth=6, n_seeds=2, width=32, **more)
    ours = experiment.run(config).layers
    theirs = run_script("signal_propagation", config, tmp_path)
    both = ours.merge(theirs, on=["init", "seed", "layer", "pass"])
    assert len(both) == len(ours)
    assert (both["std_x"] / both["std_y"] - 1).abs().max() < 1e-4


@pytest.mark.parametrize("more", [{}, {"optimizer": "adam", "learning_rate": 0.001}, {"normalization": "layer"}])
def test_the_contest(more, tmp_path):
    config = experiment.DepthConfig(depth=5, n_seeds=1, epochs=2, **more)
    ours = experiment.depth_contest(config).curves.query("split == 'test' and epoch > 0")
    theirs = run_script("signal_propagation_depth", config, tmp_path).query("epoch > 0")
    if "split" in theirs:
        theirs = theirs[theirs["split"] == "test"]
    both = ours.merge(theirs, on=["init", "seed", "epoch"])
    assert len(both) == len(ours)
    assert (both["accuracy_x"] - both["accuracy_y"]).abs().max() < 0.02


@pytest.mark.parametrize("view", ["Histograms", "Map", "Landscape", "Symmetry"])
def test_the_other_views_run_as_they_are(view, tmp_path):
    small = {
        "Histograms": {"width": 32, "samples": 50},
        "Map": {"depths": (2, 4), "epochs": 1, "n_stds": 3},
        "Landscape": {"resolution": 5, "epochs": 2, "samples": 50},
        "Symmetry": {"steps": 5},
    }[view]
    name, config = CONFIGS[view]
    assert len(run_script(name, config(**small), tmp_path)) > 1
