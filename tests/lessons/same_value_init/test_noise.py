"""A constant start with noise: what starts, what is measured, and each claim over five seeds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from weightkit.charts import grammar
from weightkit.lessons.same_value_init import LAYERS, NoiseConfig, NoiseResult, noise, noisy_starts
from weightkit.lessons.same_value_init.noise import charts, story
from weightkit.lessons.same_value_init.noise.experiment import start
from weightkit.lessons.same_value_init.noise.findings import Facts, Level, Shape, Units

SMALL = NoiseConfig(n_noises=3, n_seeds=2, epochs=1, batch_size=128)
SIZES = (6, 64, 32, 32, 4)


@pytest.fixture(scope="module")
def small():
    return noisy_starts(SMALL)


@pytest.fixture(scope="module")
def runs():
    """Five runs of other noise, other batches and other dropout; a decade from noise to noise."""
    return [noisy_starts(NoiseConfig(n_noises=7, n_seeds=1, seed=seed)) for seed in range(5)]


@pytest.fixture(scope="module")
def told(runs):
    return [noise.tell(NoiseConfig(n_noises=7, n_seeds=1, seed=i), r) for i, r in enumerate(runs)]


# ---------------------------------------------------------------- frames and starts


def test_columns_and_grain(small):
    networks = 1 + 3 * 2 + 1
    for name, keys, rows in (
        ("final", ["noise", "dropout", "seed"], networks),
        ("curves", ["noise", "dropout", "seed", "epoch", "split"], networks * 2 * 2),
        ("units", ["noise", "dropout", "seed", "layer", "stage"], networks * 4 * 2),
    ):
        frame = getattr(small, name)
        assert (
            len(frame) == rows
            and not frame.duplicated(keys).any()
            and list(frame)[:3] == (["noise", "dropout", "seed"])
        )
    assert list(small.final) == ["noise", "dropout", "seed", "loss", "accuracy", "diverged"]
    last = small.curves.query("split == 'test' and epoch == 1")
    assert last["accuracy"].tolist() == small.final["accuracy"].tolist()


def test_the_noises_are_even_on_the_log_axis_and_none_is_the_first():
    assert NoiseConfig().noises[:4] == (0.0, 1e-6, 3.16e-6, 1e-5) and NoiseConfig().noises[-1] == 1
    steps = np.diff(np.log10(NoiseConfig(n_noises=25).noises[1:]))
    assert np.allclose(steps, 0.25, atol=0.01)


def test_weights_are_the_constant_and_one_noise_times_its_size():
    rows = [(0.0, 0.0, 5), (0.1, 0.0, 5), (0.2, 0.0, 5), (0.2, 0.0, 6)]
    mlp = start(SIZES, pd.DataFrame(rows, columns=["noise", "dropout", "seed"]), -0.3)
    for layer in mlp.layers:
        none, once, twice, other = mlp.weight[layer] + 0.3
        assert (mlp.bias[layer] == 0).all()
        assert none.abs().max() < 1e-7
        assert torch.allclose(2 * once, twice, atol=1e-6) and not torch.allclose(twice, other)
    everything = torch.cat([(w[1] + 0.3).flatten() for w in mlp.weight.values()])
    assert everything.std() == pytest.approx(0.1, rel=0.05)


def test_dropout_is_that_of_one_network_and_of_no_other():
    """Neither its share nor its being there changes the others by more than rounding."""
    one, other = (noisy_starts(replace(SMALL, dropout=share)).curves for share in (0.05, 0.9))
    apart = one["dropout"] > 0
    pd.testing.assert_frame_equal(one[~apart], other[~apart], check_exact=True)
    assert not np.allclose(one[apart]["loss"], other[apart]["loss"])


def test_same_config_same_bits_and_a_run_can_be_stopped(small):
    again, done, seen = NoiseResult(**vars(noisy_starts(SMALL))), [], []
    for name in ("final", "curves", "units", "chance"):
        pd.testing.assert_frame_equal(getattr(small, name), getattr(again, name), check_exact=True)
    noisy_starts(SMALL, on_epoch=lambda *args: done.append(args), on_curves=seen.append)
    assert done == [(1, 1)] and len(seen) == 2

    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        noisy_starts(SMALL, on_epoch=stop)


# ---------------------------------------------------------------- claims


def test_an_inverted_u(told):
    """None and the least noise stay below 30 %, some in between reaches 90 %, the most does not."""
    for one in told:
        f = one.facts
        assert f.shape is Shape.BETWEEN
        assert f.none.mean < 0.3 and f.least.mean < 0.3
        assert f.best.mean > 0.9 and f.best.noise == 0.1 and f.most.mean < 0.9


def test_without_noise_every_hidden_layer_is_one_unit_for_ever(runs):
    for result in runs:
        none = result.units.query("noise == 0 and dropout == 0 and layer != 'output'")
        assert (none["distinct_units"] == 1).all()


def test_dropout_breaks_the_symmetry_too_and_that_helps(runs, told):
    for result, one in zip(runs, told, strict=True):
        rows = result.units.query("dropout > 0 and layer != 'output'")
        assert (rows[rows["stage"] == "before"]["distinct_units"] == 1).all()
        assert one.facts.dropped.copies is Units.APART
        assert one.facts.dropped.mean > one.facts.none.mean + 0.1
        assert any("they need not" in slip for slip in one.slips)


def test_to_differ_is_not_enough(told):
    """At 1e-4 all units differ in every network, and it has learned next to nothing."""
    for one in told:
        level = next(x for x in one.facts.levels if x.noise == 1e-4)
        assert level.copies is Units.APART and level in one.facts.short
        assert level.mean < one.facts.best.mean - 0.5


def test_dropout_does_not_help_zeros():
    for seed in range(5):
        config = replace(SMALL, constant=0.0, seed=seed, n_seeds=1)
        one = noise.tell(config, noisy_starts(config))
        assert one.facts.dropped.copies is Units.COPIES
        assert any("but not of zeros" in slip for slip in one.slips)


# ---------------------------------------------------------------- an arm for each outcome


def level(e, mean, units=Units.APART, lost=0, n=3):
    counts = {Units.APART: (64.0, 32.0, 32.0), Units.LOST: (-1.0,) * 3}.get(units, (1.0,) * 3)
    return Level(e, np.nan if lost == n else mean, mean, mean, n, lost, counts, units)


def facts(*means, none=Units.COPIES, dropped=None, **changes):
    levels = (level(0.0, means[0], none, n=1), *(
        level(10.0**i, mean) for i, mean in enumerate(means[1:], start=-len(means) + 2)
    ))  # fmt: skip
    f = Facts(0.1, 0.25, 10, 3, (64, 32, 32), 0.1, levels, dropped or level(0.0, 0.5, n=1))
    return replace(f, **changes)


def said(f):
    return " ".join([charts.headline(f), *story._shows(f), *story._slips(f)])


@pytest.mark.parametrize(
    ("means", "shape", "words"),
    [
        ((0.1, 0.2, 0.9, 0.5), Shape.BETWEEN, "does best (90%): 10% without any, 50% with e = 1"),
        (
            (0.1, 0.2, 0.9, 0.95),
            Shape.MORE,
            "Noise of e = 0.1 to 1 does best (90% to 95%); without",
        ),
        ((0.9, 0.9, 0.9, 0.2), Shape.LESS, "too much costs: 20% with e = 1"),
        ((0.9, 0.92, 0.9, 0.9), Shape.BOTH, "With and without noise about the same: 90% to 92%"),
        ((0.9, 0.2, 0.9, 0.9), Shape.BOTH, "some in between do not"),
        ((0.1, 0.1, 0.12, 0.1), Shape.NOTHING, "No noise makes these networks learn"),
        ((0.2, 0.9, 0.5, 0.9), Shape.MORE, "Noise at 2 places from e = 0.01 to 1"),
        ((0.95, 0.2, 0.3, 0.4), Shape.LESS, "No noise does best (95%)"),
    ],
)
def test_where_the_best_noise_lies(means, shape, words):
    f = facts(*means)
    assert f.shape is shape and words in said(f) and f.shape.name in story.ANSWERS


def test_what_diverged_is_counted_and_left_out():
    f = facts(0.2, 0.5, 0.9)
    lost = replace(f, levels=(*f.levels[:-1], level(1.0, 0.1, Units.LOST, lost=3)))
    assert lost.best.noise == 0.1 and "diverged (all 3 networks)" in said(lost)
    assert "e = 1 (3 of 3)" in said(lost) and "diverged with e = 1" in charts.headline(lost)
    none = tuple(replace(x, lost=x.n, mean=np.nan, copies=Units.LOST) for x in f.levels)
    gone = replace(f, levels=none, dropped=level(0.0, 0.1, Units.LOST, lost=1, n=1))
    assert charts.headline(gone).startswith("All networks diverged")
    assert "Without noise the network diverged." in said(gone) and "nan" not in said(gone)


@pytest.mark.parametrize(
    ("dropped", "words"),
    [
        (level(0.0, 0.5, Units.APART, n=1), "ends at 50%, the one without dropout at 10%"),
        (level(0.0, 0.101, Units.COPIES, n=1), "ends at 10%, and so does the one without"),
        (level(0.0, 0.5, Units.SOME, n=1), "some units differ after training, not all"),
        (level(0.0, 0.5, Units.LOST, lost=1, n=1), "no noise the network diverged"),
    ],
)
def test_dropout_has_an_arm_for_each_end(dropped, words):
    assert words in story._dropout(facts(0.1, 0.9, 0.5, dropped=dropped))


def test_the_zero_of_the_log_axis_has_a_place_left_of_the_least_noise(small):
    drawn = noise.tell(SMALL, small)["accuracy-by-noise"].drawing()
    x = drawn["layer"][0]["encoding"]["x"]
    assert x["axis"]["values"][:2] == [charts.ZERO, 1e-6] and "'0'" in x["axis"]["labelExpr"]
    rows = pd.concat(drawn["datasets"].values())
    assert charts.ZERO in set(rows["place"]) and not (rows["place"] == 0).any()


def test_units_of_the_output_are_not_counted(small):
    figure = noise.tell(SMALL, small)["distinct-by-noise"]
    assert set(figure.data["layer"]) == set(LAYERS[:-1])


def test_a_layer_has_the_colour_that_it_has_where_the_output_is_drawn_too(small, told):
    figure = charts.distinct(small.units, told[0].facts)
    everywhere = grammar.layer_scale(LAYERS)
    roles = dict(zip(everywhere.domain, everywhere.range, strict=True))
    seen = 0
    for layer in parts(figure.chart.to_dict()):
        scale = layer.get("encoding", {}).get("color", {}).get("scale")
        if scale:
            assert scale["domain"] == list(LAYERS)[:3] and scale["range"] == [
                roles[name] for name in scale["domain"]
            ]
            seen += 1
    assert seen > 2, "lines, points and diamonds"


def parts(spec):
    """Every layer of a layered chart."""
    return [
        part for layer in spec["layer"] for part in (parts(layer) if "layer" in layer else [layer])
    ]


def test_dropout_has_no_layers_colour_where_there_are_no_layers(small):
    drawn = noise.tell(SMALL, small)["accuracy-by-noise"].chart.to_dict()
    (diamond,) = [
        layer
        for part in drawn["layer"]
        for layer in part.get("layer", [part])
        if layer["mark"].get("shape") == "diamond"
    ]
    assert diamond["encoding"]["color"] == {"value": "ink"}
