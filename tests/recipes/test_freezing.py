"""The scripts of part 7 give the pages' numbers."""

import ast
import inspect
from dataclasses import replace

import pytest
from recipes_helpers import run_script

from weightkit import recipes
from weightkit.experiments import freezing
from weightkit.experiments.freezing import PRESETS, TRANSFER_PRESETS, Config, TransferConfig

SMALL = {"epochs": 3, "n_seeds": 2}
KEYS = ["condition", "seed", "epoch"]


def small(request, settings, **smaller):
    if settings.get("dataset") == "mnist":
        request.getfixturevalue("real_data")
    return {**{k: v for k, v in settings.items() if k not in ("view", "split")}, **smaller}


@pytest.mark.parametrize("preset", ["", "MNIST, as in the course"])
def test_the_script_gives_the_pages_accuracies(preset, tmp_path, request):
    config = replace(Config(), **small(request, PRESETS.get(preset, {}), **SMALL, learning_rate=0.001))
    ours = freezing.run(config).curves.query("split == 'test' and epoch > 0").set_index(KEYS)["accuracy"]
    theirs = run_script("freezing", config, tmp_path).set_index(KEYS)["accuracy"]
    assert sorted(theirs.index) == sorted(ours.index)
    assert (theirs - ours).abs().max() <= 0.03
    assert (theirs - ours).abs().mean() <= 0.003


@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_the_script_freezes_what_the_page_freezes(optimizer, tmp_path):
    config = Config(
        epochs=4, n_seeds=1, optimizer=optimizer, learning_rate=0.001, weight_decay=0.01, dataset="breast_cancer",
        conditions=freezing.CONDITIONS, schedule="fc1.weight:2-3,output.bias:2, fc2:3-, input.weight:4",
    )  # fmt: skip
    keys = [*KEYS, "layer", "parameter"]
    ours = freezing.run(config).movement.set_index(keys)["distance"]
    theirs = run_script("freezing", config, tmp_path, "movement").set_index(keys)["distance"]
    assert len(theirs) == len(ours)
    assert ((ours == 0) == (theirs.loc[ours.index] == 0)).all()
    assert theirs.loc[ours.index].to_numpy() == pytest.approx(ours.to_numpy(), rel=5e-3, abs=1e-6)


def test_everything_frozen_runs_too(tmp_path):
    config = Config(epochs=1, n_seeds=1, conditions=("own schedule",), schedule="input,fc1,fc2,output")
    assert (run_script("freezing", config, tmp_path, "movement")["distance"] == 0).all()


def test_the_loops_of_the_script_are_those_of_the_page(tmp_path):
    script = recipes.script("freezing_loop", {"epochs": 6})
    shown = {f.name: ast.dump(f) for f in ast.walk(ast.parse(script)) if isinstance(f, ast.FunctionDef)}
    for loop in freezing.LOOPS.values():
        assert shown[loop.__name__] == ast.dump(ast.parse(inspect.getsource(loop)).body[0])
    both = run_script("freezing_loop", {"epochs": 6}, tmp_path, "pd.concat([result, leftovers])")
    theirs, ours = both[both["loop"].notna()], freezing.compare_loops(6)
    assert theirs["requires_grad"].tolist() == ours["requires_grad"].tolist()
    assert theirs["distance"].tolist() == pytest.approx(ours["distance"].tolist(), rel=1e-3)
    theirs, ours = both[both["loop"].isna()], freezing.leftovers(6)
    assert theirs["frozen"].tolist() == ours["frozen"].tolist()
    assert theirs["distance"].tolist() == pytest.approx(ours["distance"].tolist(), rel=1e-2, abs=1e-6)


@pytest.mark.parametrize("preset", ["", "Light and dark swapped", "On MNIST"])
def test_the_transfer_script_gives_the_pages_accuracies(preset, tmp_path, request):
    smaller = {"epochs": 8, "pretrain_epochs": 1, "n_seeds": 2, "n_labelled": (10, 1), "learning_rate": 0.003}
    config = replace(TransferConfig(), **small(request, TRANSFER_PRESETS.get(preset, {}), **smaller))
    keys = ["condition", "n_labelled", "seed"]
    ours = freezing.transfer(config).curves.query("split == 'test' and epoch == 8").set_index(keys)["accuracy"]
    theirs = run_script("freezing_transfer", config, tmp_path).set_index(keys)["accuracy"]
    assert sorted(theirs.index) == sorted(ours.index)
    assert (theirs - ours).abs().max() <= 0.02
