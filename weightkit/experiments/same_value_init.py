"""Part 2: what happens if every weight starts at the same value? A network per condition and seed, all in one stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import datasets, metrics
from ..configs import choice, choices, number, validate
from ..costs import Cost, frames, limit, network_sizes, parameters, singular_values, training
from ..datasets import DATASETS
from ..initializers import initialize_
from ..lazy import lazy
from ..models import MLP, layer_names
from ..optimizers import OPTIMIZERS
from ..training import TrainConfig, one_thread, train

if TYPE_CHECKING:
    import pandas as pd
    import torch
    from torch import Tensor
else:
    pd, torch = lazy("pandas"), lazy("torch")

HIDDEN = (64, 32, 32)
LAYERS = layer_names(len(HIDDEN) + 1)
BASELINE = "baseline"
DEFAULT = "pytorch_default"
BINS = 50
STAGES = ("before", "after")
NUMBER = 140  # bytes of a parameter in the frame of all parameters, while it is made

Override = Mapping[tuple[str, str], str | tuple[str, float]]
Stages = Mapping[str, Mapping[tuple[str, str], "Tensor"]]


def _everywhere(parameter: str, spec: str | tuple[str, float]) -> dict:
    return {(layer, parameter): spec for layer in LAYERS}


CONDITIONS: dict[str, Override] = {
    BASELINE: {},
    "fc1 weights zero": {("fc1", "weight"): "zeros"},
    "all zero": {**_everywhere("weight", "zeros"), **_everywhere("bias", "zeros")},
    "all one": {**_everywhere("weight", "ones"), **_everywhere("bias", "ones")},
    "weights one, biases zero": {**_everywhere("weight", "ones"), **_everywhere("bias", "zeros")},
    "weights zero, biases random": _everywhere("weight", "zeros"),
    "weights random, biases zero": _everywhere("bias", "zeros"),
}
"""What each condition changes in the baseline, PyTorch's default start; every other number stays as it was drawn."""

NO_LAYER, ALL_LAYERS = "none", "all layers"
OWN = {
    "weight": "weights {}",
    "bias": "biases {}",
    "both": "weights and biases {}",
    "weight, bias zero": "weights {}, biases zero",
}
"""What the reader's own constant replaces, and how the condition is then called."""


@dataclass(frozen=True)
class Config:
    """The baseline and `conditions`, and one more condition where `own_layer` is not "none".

    The seed is 1 because it shows how much luck there is in "weights zero, biases random": over eight batch orders and
    five networks each, half of them had left chance level after ten epochs, and with seed 0 nearly none had.
    """

    dataset: str = choice("digits", DATASETS, "The data.")
    conditions: tuple[str, ...] = choices(
        (BASELINE, "fc1 weights zero", "all zero", "all one"),
        CONDITIONS,
        "How the networks start; the baseline is always trained beside them.",
    )
    own_layer: str = choice(NO_LAYER, (NO_LAYER, ALL_LAYERS, *LAYERS), "Where your own constant goes.")
    own_parameter: str = choice("both", OWN, "What your own constant replaces there.")
    own_value: float = number(0.1, -2.0, 2.0, "Your own constant.")
    epochs: int = number(10, 1, 50, "Passes over the training set.")
    batch_size: int = number(32, 8, 512, "Samples per update.")
    optimizer: str = choice("adam", OPTIMIZERS, "The rule of the update.")
    learning_rate: float = number(0.01, 1e-5, 1.0, "Step size.")
    seed: int = number(1, 0, 10_000, "The first seed: of the random numbers, and of the batch order.")
    n_seeds: int = number(3, 1, 10, "Networks per condition.")

    def __post_init__(self):
        validate(self)
        limit(self)

    @property
    def cost(self) -> Cost:
        """Of `run`: the training, the looks at all networks after each epoch, and every number of the first ones."""
        size, n = DATASETS[self.dataset].size, len(self.starts) * self.n_seeds
        p = parameters(network_sizes(size, HIDDEN))
        taught = training(
            size, HIDDEN, n, epochs=self.epochs, batch_size=self.batch_size, optimizer=self.optimizer
        ).then(Cost(8.0 * n * p + NUMBER * len(self.starts) * p))
        looks = Cost(seconds=(self.epochs + 1) * singular_values(n, size, HIDDEN))
        both = frames(2 * n, self.epochs + 1) + frames(4 * n, self.epochs + 1, live=False)
        return taught + looks + both + Cost(4.0 * n * p)

    @property
    def starts(self) -> dict[str, Override]:
        """{condition: what it changes in the baseline}, the baseline first, the reader's own last."""
        own = {} if self.own_layer == NO_LAYER else {self.own_name: self._own()}
        return {BASELINE: {}, **{name: CONDITIONS[name] for name in self.conditions}, **own}

    @property
    def own_name(self) -> str:
        """Name of the reader's own condition, such as "fc1 weights 0.5" or "all weights 0.1, biases zero"."""
        where = "all" if self.own_layer == ALL_LAYERS else self.own_layer
        return f"{where} {OWN[self.own_parameter].format(f'{self.own_value:g}')}"

    def _own(self) -> Override:
        layers = LAYERS if self.own_layer == ALL_LAYERS else [self.own_layer]
        constant = ("constant", float(self.own_value))
        weight = {} if self.own_parameter == "bias" else {(layer, "weight"): constant for layer in layers}
        bias = {} if self.own_parameter == "weight" else {(layer, "bias"): constant for layer in layers}
        if self.own_parameter == "weight, bias zero":
            bias = dict.fromkeys(bias, "zeros")
        return {**weight, **bias}


EXPLORATIONS = (BASELINE, "weights one, biases zero", "weights zero, biases random", "weights random, biases zero")

PRESETS = {
    "Zeros in one layer only": {"conditions": (BASELINE, "fc1 weights zero")},
    "Three further questions": {"conditions": EXPLORATIONS},
    "Equal weights that do learn": {
        "dataset": "breast_cancer", "conditions": (BASELINE, "all zero"), "own_layer": ALL_LAYERS, "own_value": 0.1,
        "optimizer": "sgd", "learning_rate": 0.03, "epochs": 20,
    },
    "On MNIST, as in the course": {"dataset": "mnist", "n_seeds": 1},
}  # fmt: skip


@dataclass(frozen=True)
class Result:
    """The frames of one run; condition is `baseline`, the others in the order of `Config.starts`.

    curves: [condition, seed, epoch, split, loss, accuracy, diverged].
    symmetry: [condition, seed, epoch, layer, distinct_units, rank]: how many rows of [W | b] differ (beyond rounding),
        and the rank of W; -1 where a number is not finite.
    histograms: [condition, layer, parameter, stage, bin_left, bin_right, count]: the first seed's network, stage
        "before" or "after" training, in 50 bins shared by the two stages of one parameter; non-finite values left out.
    parameters: [condition, layer, parameter, stage, index, value]: every number of the first seed's network; a weight's
        index is row * fan_in + column. The four factors are categories, since the frame is long.
    chance: [split, share]: share of the commonest class, the best accuracy of a constant answer.
    """

    curves: pd.DataFrame
    symmetry: pd.DataFrame
    histograms: pd.DataFrame
    parameters: pd.DataFrame
    chance: pd.DataFrame


@one_thread()
def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Result:
    """Train all networks. on_epoch(done, total) and on_curves(frame) are called after every epoch."""
    data = datasets.load(config.dataset)
    starts = config.starts
    seeds = range(config.seed, config.seed + config.n_seeds)
    # The first seed's networks come first: those are looked at number by number.
    labels = pd.DataFrame([(name, seed) for seed in seeds for name in starts], columns=["condition", "seed"])
    mlp = MLP((data.n_features, *HIDDEN, data.n_outputs), n_models=len(labels))
    overrides = [starts[name] for name in labels["condition"]]
    initialize_(mlp, DEFAULT, labels["seed"].tolist(), biases=DEFAULT, overrides=overrides)
    before = mlp.flat.clone()
    curves, symmetry = [], []
    for epoch in train(mlp, data, TrainConfig(
        epochs=config.epochs, batch_size=config.batch_size, optimizer=config.optimizer,
        learning_rate=config.learning_rate, seed=config.seed,
    )):  # fmt: skip
        curves.append(epoch.frame(labels))
        symmetry.append(_symmetry(mlp, labels, epoch.epoch))
        if on_curves is not None:
            on_curves(curves[-1])
        if on_epoch is not None and epoch.epoch:
            on_epoch(epoch.epoch, config.epochs)
    names = list(starts)
    stages = {"before": mlp.parameters(before), "after": mlp.parameters()}
    chance = [(split, data.chance(split)) for split in ("train", "test")]
    return Result(
        pd.concat(curves, ignore_index=True),
        pd.concat(symmetry, ignore_index=True),
        _histograms(names, stages),
        _parameters(names, stages),
        pd.DataFrame(chance, columns=["split", "share"]),
    )


def _symmetry(mlp: MLP, labels: pd.DataFrame, epoch: int) -> pd.DataFrame:
    parts = [
        labels.assign(
            epoch=epoch,
            layer=layer,
            distinct_units=metrics.distinct_units(mlp.weight[layer], mlp.bias[layer]).numpy(),
            rank=metrics.rank(mlp.weight[layer]).numpy(),
        )
        for layer in mlp.layers
    ]
    return pd.concat(parts, ignore_index=True)


def _factors(names: list[str], keys: list[tuple[str, str, str, str]], sizes: list[int]) -> pd.DataFrame:
    """Columns condition, layer, parameter, stage as categories: keys[i] repeated sizes[i] times."""
    levels = {"condition": names, "layer": LAYERS, "parameter": ["weight", "bias"], "stage": list(STAGES)}
    repeats = torch.tensor(sizes)
    columns = {}
    for place, (column, categories) in enumerate(levels.items()):
        codes = torch.tensor([categories.index(key[place]) for key in keys]).repeat_interleave(repeats)
        columns[column] = pd.Categorical.from_codes(codes.numpy(), categories=categories)
    return pd.DataFrame(columns)


def _keys(names: list[str], stages: Stages) -> list[tuple[str, str, str, str]]:
    return [(name, *key, stage) for name in names for key in stages["before"] for stage in STAGES]


def _histograms(names: list[str], stages: Stages) -> pd.DataFrame:
    """Bins of each condition's own: a start at one and a start near zero have no range in common."""
    keys, left, right, count = _keys(names, stages), [], [], []
    for i in range(len(names)):
        for key in stages["before"]:
            both = torch.stack([stages[stage][key][i] for stage in STAGES])
            edges = metrics.shared_bins(both, BINS)
            left += [edges[:-1]] * len(STAGES)
            right += [edges[1:]] * len(STAGES)
            count += list(metrics.histogram(both, edges, batch_dims=1))
    frame = _factors(names, keys, [BINS] * len(keys)).astype(str)
    values = {"bin_left": left, "bin_right": right, "count": count}
    return frame.assign(**{column: torch.cat(parts).numpy() for column, parts in values.items()})


def _parameters(names: list[str], stages: Stages) -> pd.DataFrame:
    keys = _keys(names, stages)
    values = [stages[stage][layer, parameter][names.index(name)].flatten() for name, layer, parameter, stage in keys]
    sizes = [v.numel() for v in values]
    index = torch.cat([torch.arange(n) for n in sizes])
    return _factors(names, keys, sizes).assign(index=index.numpy(), value=torch.cat(values).double().numpy())
