"""Two seeds, one valley: the claims over five pairs, and the frames' promises."""

from dataclasses import replace

import pandas as pd
import pytest
import torch

from weightkit import datasets
from weightkit.lessons.same_function import PRESETS, Config, run, tell
from weightkit.lessons.same_function.config import BATCHES, MATCHED, PAIRS, SEEDS
from weightkit.lessons.same_function.experiment import lines, path, started
from weightkit.lessons.same_function.findings import Outcome
from weightkit.models import MLP

SMALL = {"epochs": 2, "width": 8, "n_seeds": 2, "points": 5}


@pytest.fixture(scope="module")
def five():
    return run(Config(n_seeds=5))


@pytest.fixture(scope="module")
def small():
    return run(Config(**SMALL))


def middles(result):
    at = result.path.query("t == 0.5 and split == 'test'")
    return at.pivot(index="seed", columns="pair", values="accuracy")


def test_frames(small):
    assert list(small.path) == ["pair", "seed", "t", "split", "loss", "accuracy"]
    assert list(small.matching) == ["layer", "seed", "moved"]
    assert set(small.path["pair"]) == set(PAIRS) and set(small.path["seed"]) == {0, 2}
    assert sorted(set(small.path["t"])) == [0, 0.25, 0.5, 0.75, 1]
    assert len(small.path) == 3 * 2 * 5 * 2
    assert list(small.matching["layer"]) == ["input", "fc1"] * 2
    assert set(small.curves["network"]) == {"first", "second", "again"}
    assert len(small.curves) == 3 * 2 * 3 * 2
    assert len(small.rows) == 2 * 4 * 64 and set(small.rows["seed"]) == {0}


def test_between_two_seeds_lies_a_hill_and_matching_takes_most_of_it_away(five):
    """Width 32; Entezari et al. 2022, Ainsworth et al. 2023."""
    ends = five.path.query("t == 0 and split == 'test'").groupby("pair")["accuracy"].min()
    right = middles(five)
    assert len(right) == 5 and ends.min() > 0.93
    for _, pair in right.iterrows():
        assert pair[SEEDS] < 0.75
        assert pair[MATCHED] > pair[SEEDS] + 0.15
    assert right[SEEDS].mean() < 0.6 and right[MATCHED].mean() > 0.85


def test_one_start_and_other_batches_end_in_one_valley(five):
    """Linear mode connectivity from the start on, for so small a network (Frankle et al. 2020)."""
    right, path = middles(five), five.path
    assert right[BATCHES].min() > 0.93
    loss = path[path["split"] == "train"].pivot_table("loss", ["pair", "seed"], "t")
    rise = loss.max(axis=1) - loss[[0.0, 1.0]].max(axis=1)
    assert (rise[BATCHES] < 0.05 * rise[SEEDS]).all() and (rise[MATCHED] < 0.4 * rise[SEEDS]).all()


def test_the_ends_of_a_line_are_the_trained_networks(five):
    last = five.curves.query(f"epoch == {Config().epochs} and split == 'test'").set_index(
        ["network", "seed"]
    )
    at = five.path.query("split == 'test'").set_index(["pair", "seed", "t"])["accuracy"]
    for seed in (0, 2, 4, 6, 8):
        for pair, end in ((SEEDS, "second"), (MATCHED, "second"), (BATCHES, "again")):
            assert at[pair, seed, 0.0] == last["accuracy"]["first", seed]
            assert at[pair, seed, 1.0] == last["accuracy"][end, seed]


def test_permuting_units_changes_every_weight_and_no_output(five):
    assert (five.invariance["changed"] == 1).all() and len(five.invariance) == 5
    assert (five.invariance["difference"] < 1e-6 * five.invariance["largest"]).all()
    drawn = five.permuted
    weights, out = (drawn[drawn["quantity"] == q] for q in ("weight", "output"))
    assert (weights["before"] != weights["after"]).all() and 150 < len(weights) <= 300
    assert out["before"].to_numpy() == pytest.approx(out["after"].to_numpy(), abs=1e-4)


def test_matched_rows_are_more_alike_than_chance_finds(five):
    first = five.units.query("layer == 'input'").groupby("seed")
    means = first[["same_place", "matched", "untrained"]].mean()
    assert (means["matched"] > means["untrained"] + 0.1).all()
    assert (means["same_place"].abs() < 0.15).all()


def test_pairs_begin_as_they_are_said_to():
    config = Config(**SMALL, seed=7)
    both, again = started(config, datasets.load("digits"))
    assert config.first_seeds == [7, 9]
    for i in range(2):
        first, second = both.weights_of(2 * i), both.weights_of(2 * i + 1)
        assert all(map(torch.equal, first, again.weights_of(i)))
        assert not torch.equal(first[0], second[0])
    alone = started(Config(**SMALL, seed=8), datasets.load("digits"))[0]
    assert torch.equal(both.weights_of(1)[0], alone.weights_of(0)[0])  # seed 8


def test_a_place_on_the_line_is_the_weighted_mean():
    config = Config(**SMALL)
    data = datasets.load("digits")
    both, _ = started(config, data)
    first, second = both.weights_of(0), both.weights_of(1)
    found = path(both, data, [(SEEDS, 0, first, second)], 5)
    for t in (0.0, 0.25, 1.0):
        mlp = MLP(both.sizes)
        for layer, a, b in zip(mlp.layers, first, second, strict=True):
            mlp.matrix[layer][0] = (1 - t) * a + t * b
        loss = torch.nn.functional.cross_entropy(mlp(data.x_test)[0], data.y_test)
        at = found[(found["t"] == t) & (found["split"] == "test")]["loss"].item()
        assert at == pytest.approx(float(loss), rel=1e-5)


def test_networks_that_diverge_are_left_out_of_the_lines():
    config = Config(**SMALL)
    both, again = started(config, datasets.load("digits"))
    both.weights_of(1)[0][0, 0] = float("nan")  # the second network of the first pair
    again.weights_of(1)[1][0, 0] = float("inf")  # the third of the second
    found = [(pair, seed) for pair, seed, *_ in lines(config, both, again)]
    assert found == [(BATCHES, 0), (SEEDS, 2), (MATCHED, 2)]


def test_so_are_those_whose_loss_is_none_although_their_weights_are_numbers():
    """The fuzzer's: one of three, whose line began at a finite loss."""
    how = {"dataset": "breast_cancer", "optimizer": "momentum", "learning_rate": 0.851}
    config = Config(**how, epochs=1, batch_size=32, seed=0, n_seeds=1, width=24, depth=3, points=11)
    result = run(config)
    lost = result.curves.query("epoch == 1 and diverged")["network"]
    assert set(lost) == {"again"} and set(result.path["pair"]) == {SEEDS, MATCHED}


def test_where_all_networks_diverge_there_is_nothing_and_that_is_said():
    data = datasets.load("digits")
    huge = replace(data, x_train=data.x_train * 1e30, x_test=data.x_test * 1e30)
    config = Config(**SMALL | {"dataset": huge, "optimizer": "sgd", "learning_rate": 1.0})
    result = run(config)
    assert result.path.empty and result.units.empty and result.invariance.empty
    story = tell(config, result)
    assert story.facts.outcome is Outcome.LOST and story.facts.lost == 6
    assert story.verdict is None and "6 of 6 networks diverged" in " ".join(story.shows)
    assert [figure.name for figure in story.figures] == [
        *("loss-along-the-line", "accuracy-along-the-line")
    ]
    assert all("No pair of two seeds is left" in figure.title for figure in story.figures)


def test_same_config_same_bits(small):
    again = run(Config(**SMALL))
    for name in ("path", "matching", "curves", "units", "rows", "permuted", "invariance"):
        pd.testing.assert_frame_equal(getattr(small, name), getattr(again, name), check_exact=True)


def test_hooks():
    seen, rows = [], []
    config = Config(**SMALL)
    run(config, on_epoch=lambda *done: seen.append(done), on_curves=rows.append)
    assert seen == [(i, 4) for i in (1, 2, 3, 4)]
    assert [frame["step"].iloc[0] for frame in rows] == [0, 1, 2, 2, 3, 4]
    assert set(rows[0]["pair"]) == {SEEDS, MATCHED} and set(rows[-1]["pair"]) == set(PAIRS)

    class Enough(Exception):
        pass

    def stop(done, total):
        raise Enough

    with pytest.raises(Enough):
        run(config, on_epoch=stop)


@pytest.mark.parametrize(
    "bad",
    [{"width": 3}, {"depth": 4}, {"points": 6}, {"epochs": 0}, {"n_seeds": 11}, {"dataset": "x"}],
)
def test_bad_settings(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        Config(**bad)


def test_presets_are_valid():
    for settings in PRESETS.values():
        Config(**settings)
