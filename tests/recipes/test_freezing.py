"""The scripts of part 7 freeze what the page freezes, by the loops that it shows."""

import ast
import inspect

import pytest
from recipes_helpers import run_script

from weightkit import recipes
from weightkit.lessons import freezing
from weightkit.lessons.freezing import Config

KEYS = ["condition", "seed", "epoch"]


@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_the_script_freezes_what_the_page_freezes(optimizer, tmp_path):
    config = Config(
        epochs=4,
        n_seeds=1,
        optimizer=optimizer,
        learning_rate=0.001,
        weight_decay=0.01,
        dataset="breast_cancer",
        conditions=freezing.CONDITIONS,
        schedule="fc1.weight:2-3,output.bias:2, fc2:3-, input.weight:4",
    )
    keys = [*KEYS, "layer", "parameter"]
    ours = freezing.run(config).movement.set_index(keys)["distance"]
    theirs = run_script("freezing/schedules", config, tmp_path, "movement").set_index(keys)[
        "distance"
    ]
    assert len(theirs) == len(ours)
    assert ((ours == 0) == (theirs.loc[ours.index] == 0)).all()
    assert theirs.loc[ours.index].to_numpy() == pytest.approx(ours.to_numpy(), rel=5e-3, abs=1e-6)


def test_everything_frozen_runs_too(tmp_path):
    config = Config(
        epochs=1, n_seeds=1, conditions=("own schedule",), schedule="input,fc1,fc2,output"
    )
    assert (run_script("freezing/schedules", config, tmp_path, "movement")["distance"] == 0).all()


def test_the_loops_of_the_script_are_those_of_the_page():
    script = recipes.script("freezing/loop", {"epochs": 6})
    shown = {
        f.name: ast.dump(f) for f in ast.walk(ast.parse(script)) if isinstance(f, ast.FunctionDef)
    }
    for loop in freezing.LOOPS.values():
        assert shown[loop.__name__] == ast.dump(ast.parse(inspect.getsource(loop)).body[0])


def test_the_baseline_of_the_script_is_the_pages(tmp_path):
    config = freezing.TransferConfig(
        epochs=6, pretrain_epochs=1, n_seeds=2, n_labelled=(1, 10), learning_rate=0.003
    )
    theirs = run_script("freezing/transfer_learning", config, tmp_path, "pixels").set_index(
        ["n_labelled", "seed"]
    )
    ours = freezing.transfer(config).pixels.set_index(["n_labelled", "seed"])
    assert (theirs["accuracy"] - ours["accuracy"]).abs().max() <= 0.01
