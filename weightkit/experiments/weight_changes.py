"""Part 8: what learning does to the weights: how far they move, how their shape changes, and whether accuracy follows.

Networks of one run differ by their seed and share one stack. Layer names and the network (features-64-32-32-classes,
ReLU) are the course's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .. import datasets, metrics
from ..condition import ellipse, kappa, matrix, sparsity
from ..configs import choice, number, validate
from ..costs import Cost, frames, limit, network_sizes, parameters, singular_values, training
from ..datasets import DATASETS
from ..initializers import INITIALIZERS, initialize_
from ..lazy import lazy
from ..models import MLP
from ..optimizers import OPTIMIZERS
from ..training import TrainConfig, one_thread, train

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import torch
    from scipy import special
    from torch import Tensor
else:
    np, pd, torch, special = lazy("numpy"), lazy("pandas"), lazy("torch"), lazy("scipy.special")

__all__ = [
    "PRESETS", "Comparison", "Config", "Result", "compare", "ellipse", "kappa", "matrix", "misprint", "run", "sparsity",
    "starts",
]  # fmt: skip

HIDDEN = (64, 32, 32)
BINS = 61
WIDEST = 5.0  # histograms reach at most this far from 0: one exploding weight must not squeeze all others into a bin
NEAR_ZERO = 0.01  # a weight smaller than this counts as near zero
STRENGTH = 0.01  # the course's strength of L2 and L1
MEASURES = ("distance", "relative_distance", "distance_from_start", "condition_number", "std")
STARTS = (
    "normal", "xavier_normal", "xavier_uniform", "kaiming_normal", "kaiming_uniform", "pytorch_default", "orthogonal",
)  # fmt: skip
START_SEEDS = 20

PRESETS = {
    "L2 at 0.01": {"l2": 0.01},
    "L1 at 0.01": {"l1": 0.01},
    "Adam": {"optimizer": "adam", "learning_rate": 0.001},
    "Orthogonal start": {"init": "orthogonal"},
    "All weights zero": {"init": "zeros"},
    "The course's run on MNIST": {"dataset": "mnist", "learning_rate": 0.001, "epochs": 60, "n_seeds": 1},
}


@dataclass(frozen=True)
class Config:
    """`n_seeds` networks, trained alike from different random numbers. l2 and l1 act on weights and biases."""

    dataset: str = choice("digits", DATASETS, "The data.")
    epochs: int = number(30, 1, 100, "Passes over the training set.")
    batch_size: int = number(32, 8, 512, "Samples per update.")
    optimizer: str = choice("sgd", OPTIMIZERS, "The rule of the update.")
    learning_rate: float = number(0.1, 1e-5, 1.0, "Step size.")
    l2: float = number(0.0, 0.0, 1.0, "Adds l2 times each weight to its gradient (weight decay).")
    l1: float = number(0.0, 0.0, 1.0, "Adds l1 times the sign of each weight to its gradient.")
    init: str = choice("pytorch_default", INITIALIZERS, "How the weights start.")
    seed: int = number(0, 0, 10_000, "The first seed.")
    n_seeds: int = number(5, 1, 10, "Networks.")

    def __post_init__(self):
        validate(self)
        limit(self)

    @property
    def cost(self) -> Cost:
        """Of `run`: the training, the first network of each epoch, and measures of all networks after each epoch."""
        size = DATASETS[self.dataset].size
        p = parameters(network_sizes(size, HIDDEN))
        taught = training(
            size, HIDDEN, self.n_seeds, epochs=self.epochs, batch_size=self.batch_size, optimizer=self.optimizer,
            l1=self.l1 > 0,
        )  # fmt: skip
        kept = Cost(4.0 * p * (self.epochs + 1) + 12.0 * p * self.n_seeds)
        measured = singular_values(self.n_seeds, size, HIDDEN) + 20e-9 * p * self.n_seeds
        looks = Cost(16.0 * p * self.n_seeds + 4.0 * p * (self.epochs + 1), (self.epochs + 1) * measured)
        bins = Cost(120.0 * 4 * BINS * (self.epochs + 1))
        return taught + kept + looks + bins + frames(2 * self.n_seeds, self.epochs + 1)


@dataclass(frozen=True)
class Result:
    """The frames of one run. Weights only, biases are left out of every measure.

    curves: [seed, epoch, split, loss, accuracy, diverged].
    layers: [seed, epoch, layer, distance, relative_distance, distance_from_start, condition_number, std].
        distance: Frobenius norm ||W(t) - W(t-1)|| to the previous epoch, nan at epoch 0, which has none;
        relative_distance: distance / ||W(t-1)||; condition_number: largest over smallest singular value, inf where
        W is singular in float32, nan where W is not finite.
    histograms: [epoch, layer, bin_left, bin_right, count] of the first seed's network, in bins shared by all epochs
        and layers; weights beyond the outermost bin are counted in it.
    alignment: [seed, epoch, accuracy_gain_z, weight_change_z], from epoch 1: the change of the training accuracy and
        the distance averaged over layers, each z-scored over the epochs of its network (nan where it never varies).
    correlation: [seed, first_epoch, r, p, ci_low, ci_high, n]: Pearson's r between the two, over all epochs
        (first_epoch 1) and without the first (2); 95 % interval by Fisher's z. nan below four epochs.
    """

    curves: pd.DataFrame
    layers: pd.DataFrame
    histograms: pd.DataFrame
    alignment: pd.DataFrame
    correlation: pd.DataFrame


@one_thread()
def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Result:
    """Train the networks. on_epoch(done, total) and on_curves(frame) are called after every epoch."""
    return _train(config, on_epoch, on_curves)[0]


def _train(config: Config, on_epoch, on_curves) -> tuple[Result, MLP]:
    data = datasets.load(config.dataset)
    labels = pd.DataFrame({"seed": range(config.seed, config.seed + config.n_seeds)})
    mlp = _started(
        (data.n_features, *HIDDEN, data.n_outputs), [config.init] * config.n_seeds, labels["seed"].tolist()
    )
    curves, measured, first = [], [], []
    start = previous = {layer: w.clone() for layer, w in mlp.weight.items()}
    for epoch in train(mlp, data, TrainConfig(
        epochs=config.epochs, batch_size=config.batch_size, optimizer=config.optimizer,
        learning_rate=config.learning_rate, weight_decay=config.l2, l1=config.l1, seed=config.seed,
    )):  # fmt: skip
        now = {layer: w.clone() for layer, w in mlp.weight.items()}
        measured.append(
            torch.stack([_measure(now[n], previous[n], start[n], epoch.epoch) for n in mlp.layers])
        )
        first.append({layer: w[0].clone() for layer, w in now.items()})
        previous = now
        curves.append(epoch.frame(labels))
        if on_curves is not None:
            on_curves(curves[-1])
        if on_epoch is not None and epoch.epoch:
            on_epoch(epoch.epoch, config.epochs)
    frame = pd.concat(curves, ignore_index=True)
    layers = _layers(measured, labels["seed"], mlp.layers)
    alignment = _alignment(frame, layers)
    return Result(frame, layers, _histograms(first), alignment, _correlations(alignment)), mlp


def _started(sizes: tuple[int, ...], inits: list[str], seeds: list[int]) -> MLP:
    """A stack started as told; biases as nn.Linear has them where the weights are, else zero."""
    mlp = MLP(sizes, n_models=len(inits))
    biases = ["pytorch_default" if init == "pytorch_default" else "zeros" for init in inits]
    return initialize_(mlp, inits, seeds, biases=biases)


def _measure(now: Tensor, previous: Tensor, start: Tensor, epoch: int) -> Tensor:
    """(n_models, fan_out, fan_in) three times -> (MEASURES, n_models)."""
    nowhere = torch.full((len(now),), torch.nan, dtype=torch.float64)
    return torch.stack([
        metrics.frobenius_distance(now, previous) if epoch else nowhere,
        metrics.relative_distance(now, previous) if epoch else nowhere,
        metrics.frobenius_distance(now, start),
        metrics.condition_number(now),
        metrics.std(now),
    ])  # fmt: skip


def _layers(measured: list[Tensor], seeds: pd.Series, names: list[str]) -> pd.DataFrame:
    """Per epoch (layers, MEASURES, n_models) -> one row per seed, epoch and layer."""
    values = torch.stack(measured).permute(3, 0, 1, 2).reshape(-1, len(MEASURES)).numpy()
    keys = pd.MultiIndex.from_product([seeds, range(len(measured)), names], names=["seed", "epoch", "layer"])
    return pd.concat([keys.to_frame(index=False), pd.DataFrame(values, columns=MEASURES)], axis=1)


def _histograms(states: list[dict[str, Tensor]]) -> pd.DataFrame:
    """One {layer: weights} per epoch -> counts in bins that all epochs and layers share."""
    reach = max(_largest(w) for state in states for w in state.values())
    edges = metrics.shared_bins(torch.tensor([-reach, reach]).clamp(-WIDEST, WIDEST), BINS)
    parts = []
    for layer in states[0]:
        counts = metrics.histogram(torch.stack([state[layer] for state in states]), edges, batch_dims=1)
        parts.append(
            pd.DataFrame(
                {
                    "epoch": np.repeat(np.arange(len(states)), BINS),
                    "layer": layer,
                    "bin_left": np.tile(edges[:-1].numpy(), len(states)),
                    "bin_right": np.tile(edges[1:].numpy(), len(states)),
                    "count": counts.flatten().numpy(),
                }
            )
        )
    return pd.concat(parts).sort_values("epoch", kind="stable").reset_index(drop=True)


def _largest(w: Tensor) -> float:
    """Largest finite magnitude, 0 where there is none."""
    return float(torch.where(w.isfinite(), w, 0.0).abs().max())


# ---------------------------------------------------------------- does accuracy follow the weights?


def _alignment(curves: pd.DataFrame, layers: pd.DataFrame) -> pd.DataFrame:
    train_rows = curves[curves["split"] == "train"].sort_values(["seed", "epoch"])
    change = layers.groupby(["seed", "epoch"])["distance"].mean().to_numpy()
    table = train_rows[["seed", "epoch"]].assign(
        accuracy_gain_z=train_rows.groupby("seed")["accuracy"].diff(), weight_change_z=change
    )
    # A diverged network's "accuracy" is no answer, so nothing is gained or lost there.
    table.loc[train_rows["diverged"], ["accuracy_gain_z", "weight_change_z"]] = np.nan
    table = table[table["epoch"] > 0].reset_index(drop=True)
    for column in ("accuracy_gain_z", "weight_change_z"):
        table[column] = table.groupby("seed")[column].transform(z_score)
    return table


def z_score(values: pd.Series) -> pd.Series:
    """(values - mean) / std with the population std, as scipy.stats.zscore; nan where the values never vary."""
    known = values.astype(float).where(np.isfinite(values))
    # not a comparison with 0: the mean of equal numbers can differ from them by a rounding error
    if not known.max() > known.min():
        return known * np.nan
    return (known - known.mean()) / known.std(ddof=0)


def _correlations(alignment: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for seed, network in alignment.groupby("seed"):
        for first_epoch in (1, 2):
            pairs = network[network["epoch"] >= first_epoch][["accuracy_gain_z", "weight_change_z"]].dropna()
            rows.append((seed, first_epoch, *correlation(*pairs.to_numpy().T), len(pairs)))
    return pd.DataFrame(rows, columns=["seed", "first_epoch", "r", "p", "ci_low", "ci_high", "n"])


def correlation(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float, float]:
    """Pearson's r, its two-sided p and the ends of its 95 % interval (Fisher's z).

    nan below four pairs, and where one of the two never varies. Held equal to scipy.stats.pearsonr by a test; scipy.stats
    itself would take 45 MB of a small server.
    """
    if len(x) < 4 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return (float("nan"),) * 4
    n, r = len(x), float(np.clip(np.corrcoef(x, y)[0, 1], -1, 1))
    with np.errstate(divide="ignore"):  # r may be exactly 1: then t and z are infinite, p is 0
        t = r * np.sqrt((n - 2) / np.float64(1 - r * r))
        z, reach = np.arctanh(r), special.ndtri(0.975) / np.sqrt(n - 3)
    return r, float(2 * special.stdtr(n - 2, -abs(t))), float(np.tanh(z - reach)), float(np.tanh(z + reach))


# ---------------------------------------------------------------- regularisation


@dataclass(frozen=True)
class Comparison:
    """Three runs that differ in their regularisation only: "none", "L2", "L1".

    curves, layers, correlation: as in Result, with the factor `regularisation` in front.
    final: [regularisation, seed, layer, share_near_zero, share_zero, condition_number]: after the last epoch; the
        shares of weights smaller than 0.01 in magnitude, and of weights that are exactly 0.
    """

    curves: pd.DataFrame
    layers: pd.DataFrame
    correlation: pd.DataFrame
    final: pd.DataFrame


@one_thread()
def compare(config: Config = Config(), *, on_epoch=None) -> Comparison:
    """The same networks without regularisation, with L2 and with L1; strengths of `config`, 0.01 where it has none.

    on_epoch(done, total) counts the epochs of all three. ValueError where they are too much for one run
    (`costs.limit`).
    """
    limit(config, lambda c: c.cost.times(3))
    plans = {
        "none": replace(config, l2=0.0, l1=0.0),
        "L2": replace(config, l2=config.l2 or STRENGTH, l1=0.0),
        "L1": replace(config, l2=0.0, l1=config.l1 or STRENGTH),
    }
    frames: dict[str, list[pd.DataFrame]] = {"curves": [], "layers": [], "correlation": [], "final": []}
    for i, (name, plan) in enumerate(plans.items()):
        result, mlp = _train(plan, _counted(on_epoch, i * config.epochs, len(plans) * config.epochs), None)
        parts = {"curves": result.curves, "layers": result.layers, "correlation": result.correlation}
        for key, frame in {**parts, "final": _final(result.layers, mlp)}.items():
            frames[key].append(_labelled(frame, name))
    return Comparison(**{key: pd.concat(parts, ignore_index=True) for key, parts in frames.items()})


def _counted(on_epoch, before: int, total: int):
    """on_epoch of one part of a longer run."""
    return None if on_epoch is None else lambda done, _: on_epoch(before + done, total)


def _labelled(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    frame = frame.copy()
    frame.insert(0, "regularisation", name)
    return frame


def _final(layers: pd.DataFrame, mlp: MLP) -> pd.DataFrame:
    last = layers[layers["epoch"] == layers["epoch"].max()][["seed", "layer", "condition_number"]]
    for place, (name, bound) in enumerate((("share_near_zero", NEAR_ZERO), ("share_zero", 0.0)), start=2):
        shares = torch.stack([_share_below(mlp.weight[layer], bound) for layer in mlp.layers], 1)
        last.insert(place, name, shares.flatten().numpy())
    return last


def _share_below(w: Tensor, bound: float) -> Tensor:
    """Share of weights below `bound` in magnitude (of zeros, for 0): (n_models, fan_out, fan_in) -> (n_models,).

    nan where not all weights are finite.
    """
    w = w.flatten(1).double().abs()
    small = (w < bound) | (w == 0)
    return torch.where(w.isfinite().all(1), small.double().mean(1), torch.nan)


# ---------------------------------------------------------------- before any training


@one_thread()
def starts(config: Config = Config()) -> pd.DataFrame:
    """[init, seed, layer, fan_out, fan_in, condition_number, std] of 20 untrained networks for each random scheme.

    The seeds are the same for every scheme, beginning with config.seed.
    """
    data = datasets.load(config.dataset)
    seeds = list(range(config.seed, config.seed + START_SEEDS))
    keys = [(init, seed) for init in STARTS for seed in seeds]
    mlp = _started(
        (data.n_features, *HIDDEN, data.n_outputs), [init for init, _ in keys], [seed for _, seed in keys]
    )
    parts = []
    for layer, w in mlp.weight.items():
        part = pd.DataFrame(keys, columns=["init", "seed"])
        parts.append(
            part.assign(
                layer=layer, fan_out=w.shape[1], fan_in=w.shape[2],
                condition_number=metrics.condition_number(w).numpy(), std=metrics.std(w).numpy(),
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


@one_thread()
def misprint(config: Config = Config()) -> pd.DataFrame:
    """[layer, distance, printed_radicand]: the distance of the first network's starting weights from themselves.

    distance: ||W - W||, as it should be; printed_radicand: what stands under the root in the course notes, where the
    square has slipped onto the epoch index: the sum of W_ij - W_ij^2.
    """
    data = datasets.load(config.dataset)
    mlp = _started((data.n_features, *HIDDEN, data.n_outputs), [config.init], [config.seed])
    rows = []
    for layer, stack in mlp.weight.items():
        w = stack[0].double()
        rows.append((layer, float(metrics.frobenius_distance(w, w)), float((w - w**2).sum())))
    return pd.DataFrame(rows, columns=["layer", "distance", "printed_radicand"])
