"""Every recipe with its default and every preset, shortened, and what of the page its numbers are
compared with.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pandas as pd

from weightkit.lessons import (
    freezing,
    identical_random,
    lazy_rich,
    lottery_ticket,
    matrix_sizes,
    same_function,
    same_value_init,
    scaling,
    variance_sweep,
    weight_changes,
)
from weightkit.lessons import signal_propagation as signal
from weightkit.lessons import xavier_kaiming as xavier


@dataclass(frozen=True)
class Recipe:
    """A recipe of a lesson.

    make: keywords -> what the page gives the recipe, a Config or a dict. presets: of the page.
    small: settings that make it quick. compare(config, frame) compares the script's `frame` with
        the page's.
    """

    make: Callable[..., Any]
    compare: Callable[[Any, pd.DataFrame], None]
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    small: Mapping[str, Any] = field(default_factory=dict)
    frame: str = "result"

    def config(self, preset: str = "") -> Any:
        """The shortened Config of a preset ("": the default)."""
        settings = dict(self.presets.get(preset, {}))
        if isinstance(self.make, type):
            settings = {
                k: v for k, v in settings.items() if k in {f.name for f in fields(self.make)}
            }
        quick = {"epochs": 1, "batch_size": 256} if settings.get("dataset") == "mnist" else {}
        if "steps" in self.small:  # of all examples at once
            quick = {}
        return self.make(**settings | self.small | quick)


@dataclass(frozen=True)
class Pair:
    """A measure of the page and of the script, number by number."""

    measure: str
    ours: np.ndarray
    theirs: np.ndarray

    @property
    def differences(self) -> np.ndarray:
        """Absolute ones; 0 where both are the same, be it nan or infinite."""
        same = (self.ours == self.theirs) | (np.isnan(self.ours) & np.isnan(self.theirs))
        with np.errstate(invalid="ignore"):
            return np.where(same, 0.0, np.abs(self.ours - self.theirs))


MEASURED: list[Pair] = []
"""What `close` and `equal` have compared since the start of the process: `python -m tests.recipes`
measures it.
"""
TOLERANT = os.environ.get("WEIGHTKIT_MEASURE") == "1"
"""Whether differences are only measured."""


def close(
    ours: pd.DataFrame,
    theirs: pd.DataFrame,
    keys: list[str],
    value: str = "accuracy",
    most=0.04,
    mean=0.01,
) -> None:
    """The same rows, and values that differ by rounding: it grows over the steps and may move a few
    of the samples.
    """
    one, other = ours.set_index(keys)[value], theirs.set_index(keys)[value]
    assert sorted(other.index) == sorted(one.index)
    pair = Pair(value, one.to_numpy(float), other[one.index].to_numpy(float))
    MEASURED.append(pair)
    found = pair.differences
    assert TOLERANT or (found.max() <= most and found.mean() <= mean), np.sort(found)


def equal(
    ours: pd.DataFrame,
    theirs: pd.DataFrame,
    keys: list[str],
    values: list[str],
    rtol: float,
    atol=0.0,
) -> None:
    """The same rows, and the same values up to the last digits."""
    ours, theirs = ours.set_index(keys).sort_index(), theirs.set_index(keys).sort_index()
    assert ours.index.tolist() == theirs.index.tolist()
    for value in values:
        same(value, ours[value], theirs[value], rtol, atol)


def same(measure: str, ours: pd.Series, theirs: pd.Series, rtol: float, atol=0.0) -> None:
    """The same numbers in the same order, up to the last digits."""
    pair = Pair(measure, np.asarray(ours, float), np.asarray(theirs, float))
    MEASURED.append(pair)
    if not TOLERANT:
        np.testing.assert_allclose(pair.theirs, pair.ours, rtol=rtol, atol=atol, err_msg=measure)


def learned(curves: pd.DataFrame) -> pd.DataFrame:
    """The test accuracies from the first epoch on."""
    return curves.query("split == 'test' and epoch > 0")


# ---------------------------------------------------------------- one comparison per recipe


def sizes(**settings: Any) -> matrix_sizes.Config:
    if "sizes" in settings:
        settings["sizes"] = matrix_sizes.parse_sizes(settings["sizes"])
    settings.pop("view", None)
    return matrix_sizes.Config(**settings)


def shapes(config, theirs):
    ours = matrix_sizes.run(config)
    assert theirs["weight_shape"].tolist() == ours.shapes["weight_shape"].tolist()
    assert theirs["weights"].tolist() == ours.shapes["weights"].tolist()
    same("dot_product", ours.output["dot_product"], theirs["dot_product"][:1], rtol=1e-4)
    assert theirs["error"].fillna("")[0] == (
        ours.error["message"].item() if len(ours.error) else ""
    )


def starts(config, theirs):
    close(learned(same_value_init.run(config).curves), theirs, ["condition", "seed", "epoch"])


def noisy(config, theirs):
    result, keys = same_value_init.noisy_starts(config), ["noise", "dropout", "seed"]
    close(result.final, theirs, keys, most=0.06)
    after = result.units[result.units["stage"] == "after"]
    counts = after.pivot(index=keys, columns="layer", values="distinct_units").reset_index()
    for layer in ("input", "fc1"):  # where rows differ by a ten-thousandth, rounding decides
        far = counts[(counts["noise"] == 0) | (counts["noise"] > 1e-4)]
        equal(far, theirs[theirs["noise"].isin(far["noise"])], keys, [layer], rtol=0, atol=1)


def hidden(config, theirs):
    result, keys = same_value_init.hidden_biases(config), ["start", "bias", "seed"]
    ours, theirs = (f.fillna({"bias": 99.0}) for f in (result.final, theirs))
    close(ours, theirs, keys, most=0.03, mean=0.003)
    counts = result.dead.fillna({"bias": 99.0}).groupby([*keys, "stage"])["dead"].sum().unstack()
    dead = counts.rename(columns={"before": "dead_before", "after": "dead_after"}).reset_index()
    equal(dead, theirs, keys, ["dead_before"], rtol=0)
    equal(dead, theirs, keys, ["dead_after"], rtol=0, atol=2)


def sweep(config, theirs):
    close(variance_sweep.run(config).final, theirs, ["std", "seed"], mean=0.015)


def tickets(config, theirs):
    keys = ["round", "start", "seed"]
    ours = lottery_ticket.run(config).final
    close(ours, theirs, keys, most=0.06, mean=0.015)
    equal(ours, theirs, keys, ["kept"], rtol=1e-6)


def deep(config, theirs):
    ours, keys = scaling.run(config), ["design", "seed"]
    close(learned(ours.curves), theirs, [*keys, "epoch"])
    first, last = (
        ours.layers[ours.layers["block"] == block].set_index(keys)["std"]
        for block in (0, config.blocks)
    )
    ends = theirs[theirs["epoch"] == config.epochs]
    equal((last / first).rename("grown").reset_index(), ends, keys, ["grown"], rtol=1e-4)


def wide(config, theirs):
    keys = ["parametrisation", "width", "learning_rate", "seed"]
    equal(scaling.widths(config).final, theirs, keys, ["train_loss"], rtol=0.05)


def lazy(config, theirs):
    ours, keys = lazy_rich.run(config).final, ["scale", "seed"]
    close(ours, theirs, keys, "test_accuracy", most=0.02, mean=0.003)
    close(ours, theirs, keys, "train_accuracy", most=0.02, mean=0.003)
    equal(ours, theirs, keys, ["moved"], rtol=1e-3)


def valley(config, theirs):
    path, keys = same_function.run(config).path, ["pair", "seed", "t"]
    theirs = theirs.assign(t=theirs["t"].round(6))
    path = path.assign(t=path["t"].round(6))
    train, test = (path[path["split"] == s] for s in ("train", "test"))
    equal(train.rename(columns={"loss": "train_loss"}), theirs, keys, ["train_loss"], rtol=0.01)
    test = test.rename(columns={"accuracy": "test_accuracy"})
    close(test, theirs, keys, "test_accuracy", most=0.02, mean=0.003)


def fight(config, theirs):
    equal(xavier.run(config).final, theirs, ["init", "seed"], ["train_loss"], rtol=1e-3)
    equal(
        xavier.run(config).final,
        theirs,
        ["init", "seed"],
        ["train_accuracy", "test_accuracy"],
        rtol=0,
        atol=0.02,
    )


def moments(config, theirs):
    drawn = xavier.distributions(config).moments
    ours = drawn[drawn["scheme"] == config.scheme]
    values = ["std_theory", "std_measured", "min", "max"]
    equal(ours, theirs, ["layer", "parameter", "fan_in", "fan_out"], values, rtol=1e-6, atol=1e-8)


def twice(config, theirs):
    page = identical_random.run(config)
    for network in config.networks:
        ours = page.weights[page.weights["network"] == network]["value"]
        assert (theirs[network].dropna().to_numpy("float32") == ours.to_numpy("float32")).all(), (
            network
        )
    equal(
        page.training.query("split == 'train'"),
        theirs.dropna(subset=["loss"]),
        ["network", "epoch"],
        ["loss"],
        rtol=1e-4,
    )


def frozen(config, theirs):
    close(
        learned(freezing.run(config).curves),
        theirs,
        ["condition", "seed", "epoch"],
        most=0.03,
        mean=0.003,
    )


def loops(settings, theirs):
    epochs = settings["epochs"]
    theirs, left = theirs[theirs["loop"].notna()], theirs[theirs["loop"].isna()]
    ours, ours_left = freezing.compare_loops(epochs), freezing.leftovers(epochs)
    assert theirs["requires_grad"].tolist() == ours["requires_grad"].tolist()
    same("distance", ours["distance"], theirs["distance"], rtol=1e-3)
    assert left["frozen"].tolist() == ours_left["frozen"].tolist()
    same("drift", ours_left["distance"], left["distance"], rtol=1e-2, atol=1e-6)


def transfer(config, theirs):
    ours = freezing.transfer(config).curves.query("split == 'test' and epoch == epoch.max()")
    close(ours, theirs, ["condition", "n_labelled", "seed"], most=0.02)


def still(config, theirs):
    names = {"0.": "input.", "1.": "norm."}
    theirs = theirs.assign(part=[names.get(p[:2], p[:2]) + p[2:] for p in theirs["part"]])
    keys = ["case", "seed", "epoch", "part"]
    ours = freezing.freeze_norm(config)
    rows = ours.movement.query("epoch > 0").merge(theirs, on=keys)
    assert len(rows) == len(theirs)
    assert ((rows["distance_x"] == 0) == (rows["distance_y"] == 0)).all()
    off = (rows["distance_x"] - rows["distance_y"]).abs()
    assert (off <= 1e-5 * rows["size"].clip(lower=1.0)).all()
    close(
        learned(ours.curves),
        theirs.query("part == 'outputs'").rename(columns={"test_accuracy": "accuracy"}),
        ["case", "seed", "epoch"],
        most=0.006,
    )


def fates(config, theirs):
    shares = weight_changes.fates(config).shares.query("layer != 'all layers'")
    wide = shares.pivot_table("share", ["layer", "seed"], "outcome").reset_index()
    ours = wide.assign(
        grew=wide["grew"] + wide["grew, other sign"],
        shrank=wide["shrank"] + wide["shrank, other sign"],
        changed_sign=wide["grew, other sign"] + wide["shrank, other sign"],
    )
    values = ["grew", "shrank", "changed_sign"]
    equal(ours, theirs, ["layer", "seed"], values, rtol=0, atol=0.01)


def changes(config, theirs):
    result, keys = weight_changes.run(config), ["seed", "epoch", "layer"]
    ours = result.layers.query("epoch > 0")
    rtol = (
        0.02 if config.l1 else 2e-3
    )  # L1 pushes weights to and fro across zero, where rounding decides the sign
    equal(ours, theirs, keys, ["distance"], rtol=rtol, atol=1e-6)
    well = (
        ours["condition_number"] < 1e4
    )  # beyond, kappa is mostly rounding, or infinite by the float32 rule
    rows = ours[well].merge(theirs, on=keys)
    kappas = (rows[f"condition_number_{side}"] for side in "xy")
    same("condition_number", *kappas, rtol=10 * rtol)
    once = theirs.rename(columns={"test_accuracy": "accuracy"}).drop_duplicates(["seed", "epoch"])
    close(learned(result.curves), once, ["seed", "epoch"], most=0.006)


def compared(config, theirs):
    result, keys = weight_changes.compare(config), ["regularization", "seed", "epoch", "layer"]
    equal(result.layers.query("epoch > 0"), theirs, keys, ["distance"], rtol=0.02, atol=1e-6)
    final = theirs[theirs["epoch"] == config.epochs]
    equal(
        result.final,
        final,
        ["regularization", "seed", "layer"],
        ["share_near_zero"],
        rtol=0,
        atol=0.02,
    )
    once = theirs.rename(columns={"test_accuracy": "accuracy"}).drop_duplicates(
        ["regularization", "seed", "epoch"]
    )
    close(learned(result.curves), once, ["regularization", "seed", "epoch"], most=0.006)


def passes(config, theirs):
    ours = signal.run(config).layers
    equal(ours, theirs, ["init", "seed", "layer", "pass"], ["std"], rtol=1e-3, atol=1e-44)
    ours, theirs = (f.query("`pass` == 'forward'") for f in (ours, theirs))
    equal(ours, theirs, ["init", "seed", "layer"], ["spread"], rtol=1e-3, atol=1e-6)


def spread(config, theirs):
    equal(
        signal.histograms(config).moments,
        theirs,
        ["init", "seed", "layer", "quantity"],
        ["std"],
        rtol=1e-3,
    )


def depths(config, theirs):
    close(learned(signal.depth_contest(config).curves), theirs, ["init", "seed", "epoch"])


def trained(config, theirs):
    keys = ["init" if config.by == "scheme" else "std", "depth", "seed"]
    close(signal.depth_map(config).map, theirs, keys)


def surface(config, theirs):
    ours, keys = signal.landscape(config), ["init", "alpha", "beta"]
    ours, theirs = (
        f.assign(**{k: f[k].round(6) + 0.0 for k in ("alpha", "beta")}) for f in (ours, theirs)
    )  # no -0.0
    equal(ours, theirs, keys, ["loss"], rtol=2e-2, atol=1e-4)


def units(config, theirs):
    equal(
        signal.symmetry_steps(config).path,
        theirs,
        ["step", "unit"],
        ["w1", "w2", "b", "v", "y", "loss"],
        rtol=1e-9,
        atol=1e-12,
    )


def curvature(config, theirs):
    keys, exact = ["random_units", "stage", "seed"], ["loss", "smallest", "largest"]
    ours = signal.saddles(config).points
    for stage, rtol in (("start", 1e-9), ("end", 2e-3)):
        one, other = (f[f["stage"] == stage] for f in (ours, theirs))
        equal(one, other, keys, exact, rtol=rtol, atol=1e-6 if stage == "end" else 0.0)
        equal(one, other, keys, ["negative", "flat", "positive"], 0.0, atol=3 * (stage == "end"))


def pairs(config, theirs):
    result, keys = signal.input_pairs(config), ["scale", "seed", "layer"]
    held = result.layers.query("spread > 1e-4 * rms").set_index(keys).index
    both = [f.set_index(keys).loc[held].reset_index() for f in (result.layers, theirs)]
    equal(*both, keys, ["rms", "spread"], rtol=5e-3)
    equal(result.layers, theirs, keys, ["rms"], rtol=1e-3)
    once = theirs.drop_duplicates(["scale", "seed"])
    close(result.final.query("split == 'test'"), once, ["scale", "seed"])


# ---------------------------------------------------------------- the table

THEORY = signal.PRESETS
RECIPES = {
    "matrix_sizes": Recipe(
        sizes,
        shapes,
        matrix_sizes.PRESETS,
        {"layer": 2, "unit": 2, "activation": "relu"},
        "result.assign(dot_product=dot_product, error=error)",
    ),
    "same_value_init/starts": Recipe(
        same_value_init.Config, starts, same_value_init.PRESETS, {"epochs": 2, "n_seeds": 1}
    ),
    "same_value_init/noise": Recipe(
        same_value_init.NoiseConfig,
        noisy,
        same_value_init.noise.PRESETS,
        {"epochs": 2, "n_noises": 3, "n_seeds": 1},
    ),
    "same_value_init/biases": Recipe(
        same_value_init.BiasConfig,
        hidden,
        same_value_init.biases.PRESETS,
        {"epochs": 1, "n_biases": 5, "n_seeds": 1},
    ),
    "signal_propagation/signal": Recipe(
        signal.Config, passes, THEORY["Signal"], {"depth": 6, "n_seeds": 2, "width": 32}
    ),
    "signal_propagation/layer_histograms": Recipe(
        signal.HistogramConfig, spread, THEORY["Histograms"], {"width": 32, "samples": 50}
    ),
    "signal_propagation/contest": Recipe(
        signal.DepthConfig,
        depths,
        THEORY["Depth contest"],
        {"depth": 4, "n_seeds": 1, "epochs": 1, "width": 32},
    ),
    "signal_propagation/map": Recipe(
        signal.MapConfig,
        trained,
        THEORY["Map"],
        {"depths": (2, 4), "epochs": 1, "n_stds": 3, "width": 32},
    ),
    "signal_propagation/loss_landscape": Recipe(
        signal.LandscapeConfig,
        surface,
        THEORY["Landscape"],
        {"resolution": 5, "epochs": 2, "samples": 50},
    ),
    "signal_propagation/two_inputs": Recipe(
        signal.InputsConfig,
        pairs,
        THEORY["Two inputs"],
        {"depth": 3, "n_stds": 3, "n_seeds": 1, "epochs": 1, "width": 16},
    ),
    "signal_propagation/saddle_points": Recipe(
        signal.SaddlesConfig,
        curvature,
        THEORY["Saddles"],
        {"width": 2, "steps": 20, "n_seeds": 1, "samples": 100},
    ),
    "signal_propagation/symmetry": Recipe(
        signal.SymmetryConfig, units, THEORY["Symmetry"], {"steps": 5}
    ),
    "variance_sweep": Recipe(
        variance_sweep.Config,
        sweep,
        variance_sweep.PRESETS,
        {"n_stds": 3, "epochs": 2, "n_seeds": 1},
    ),
    "lottery_ticket": Recipe(
        lottery_ticket.Config,
        tickets,
        lottery_ticket.PRESETS,
        {"rounds": 2, "epochs": 1, "n_seeds": 1, "hidden": "64-32"},
    ),
    "scaling/residual": Recipe(
        scaling.Config,
        deep,
        scaling.PRESETS,
        {"blocks": 3, "width": 16, "epochs": 1, "n_seeds": 1},
    ),
    "scaling/width": Recipe(
        scaling.WidthConfig,
        wide,
        scaling.width.PRESETS,
        {"base": 16, "largest": 64, "n_rates": 3, "learning_rate": 0.01, "epochs": 1, "n_seeds": 1},
    ),
    "lazy_rich": Recipe(
        lazy_rich.Config,
        lazy,
        lazy_rich.PRESETS,
        {"samples": 100, "steps": 20, "n_scales": 3, "n_seeds": 1, "width": 16},
    ),
    "same_function": Recipe(
        same_function.Config,
        valley,
        same_function.PRESETS,
        {"epochs": 1, "n_seeds": 1, "width": 8, "points": 5},
    ),
    "xavier_kaiming/contest": Recipe(
        xavier.Config, fight, xavier.PRESETS, {"epochs": 2, "n_seeds": 3}
    ),
    "xavier_kaiming/formulas": Recipe(xavier.DistributionsConfig, moments, xavier.DRAWING_PRESETS),
    "identical_random": Recipe(
        identical_random.Config,
        twice,
        identical_random.PRESETS,
        {"epochs": 2, "learning_rate": 0.003},
        "pd.concat([result, parameters], axis=1)",
    ),
    "freezing/schedules": Recipe(
        freezing.Config,
        frozen,
        freezing.PRESETS,
        {"epochs": 2, "n_seeds": 1, "learning_rate": 0.001},
    ),
    "freezing/loop": Recipe(dict, loops, {}, {"epochs": 6}, "pd.concat([result, leftovers])"),
    "freezing/transfer_learning": Recipe(
        freezing.TransferConfig,
        transfer,
        freezing.TRANSFER_PRESETS,
        {
            "epochs": 6,
            "pretrain_epochs": 1,
            "n_seeds": 1,
            "n_labelled": (10, 1),
            "learning_rate": 0.003,
        },
    ),
    "freezing/batchnorm": Recipe(
        freezing.BatchNormConfig,
        still,
        freezing.batchnorm.PRESETS,
        {"epochs": 1, "before": 1, "n_seeds": 1, "batch_size": 256},
    ),
    "weight_changes/fate": Recipe(
        weight_changes.Config, fates, weight_changes.PRESETS, {"epochs": 2, "n_seeds": 1}
    ),
    "weight_changes/steps": Recipe(
        weight_changes.Config, changes, weight_changes.PRESETS, {"epochs": 2, "n_seeds": 1}
    ),
    "weight_changes/penalties": Recipe(
        weight_changes.ComparedConfig, compared, {}, {"epochs": 2, "n_seeds": 1}
    ),
}
CASES = [(name, preset) for name, recipe in RECIPES.items() for preset in ("", *recipe.presets)]
