"""The script does by itself, in plain PyTorch, what the page shows."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest

from weightkit import recipes
from weightkit.initializers import INITIALIZERS
from weightkit.lessons.weight_changes import Config, run

KEYS = ["seed", "epoch", "layer"]


def execute(config: Config) -> dict:
    source = recipes.script("weight_changes/steps", config)
    assert "weightkit" not in source
    namespace: dict = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(source, "weight_changes.py", "exec"), namespace)
    return namespace


def assert_same(config: Config, rtol: float = 2e-3) -> None:
    made = execute(config)["result"].set_index(KEYS)
    result = run(config)
    layers = result.layers[result.layers["epoch"] > 0].set_index(KEYS)
    assert list(made.index) == list(layers.index)
    np.testing.assert_allclose(made["distance"], layers["distance"], rtol=rtol, atol=1e-6)
    well = (
        layers["condition_number"] < 1e4
    )  # beyond, kappa is mostly rounding, or infinite by the float32 rule
    np.testing.assert_allclose(
        made["condition_number"][well], layers["condition_number"][well], rtol=10 * rtol
    )
    for split in ("train", "test"):
        accuracy = result.curves[(result.curves["split"] == split) & (result.curves["epoch"] > 0)]
        table = accuracy.set_index(["seed", "epoch"])["accuracy"]
        mine = made[f"{split}_accuracy"].groupby(["seed", "epoch"]).first()
        np.testing.assert_allclose(mine, table.reindex(mine.index), atol=0.006)


SHORT = {"epochs": 2, "n_seeds": 2, "seed": 3}


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"optimizer": "adam", "learning_rate": 0.001, "l2": 0.01},
        {"optimizer": "momentum", "learning_rate": 0.01},
        {"l2": 0.01, "batch_size": 64},
        {"dataset": "breast_cancer", "learning_rate": 0.05},
    ],
)
def test_the_script_gives_the_numbers_of_the_page(settings):
    assert_same(Config(**SHORT, **settings))


def test_l1_in_the_script_is_the_l1_of_the_page():
    """Where weights are pushed to and fro across zero, rounding decides the sign, so the numbers
    agree less closely.
    """
    assert_same(Config(epochs=2, n_seeds=1, l1=0.001), rtol=0.02)


@pytest.mark.parametrize("init", INITIALIZERS)
def test_every_scheme_starts_as_on_the_page(init):
    assert_same(Config(epochs=1, n_seeds=1, init=init, batch_size=512))


def test_the_default_script_is_short_and_ends_in_a_chart():
    source = recipes.script("weight_changes/steps", Config())
    assert len(source.splitlines()) < 110 and max(map(len, source.splitlines())) <= 120
    namespace = execute(Config(epochs=1, n_seeds=1))
    assert namespace["chart"].to_dict()["hconcat"]


def test_the_red_wine_script_runs_where_the_data_are(real_data):
    assert_same(Config(epochs=1, n_seeds=1, dataset="wine_quality"))
