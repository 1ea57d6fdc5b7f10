"""Train a few networks, and after every epoch measure each layer's weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .... import datasets, metrics
from ....frames import Frames
from ....initializers import initialize_
from ....lazy import special, torch
from ....models import MLP
from ....training import one_thread, train
from ..config import BINS, HIDDEN, Config

if TYPE_CHECKING:
    from torch import Tensor


# histograms reach at most this far from 0: one exploding weight must not squeeze all others into
# a bin
WIDEST = 5.0
MEASURES = ("distance", "relative_distance", "distance_from_start", "condition_number", "std")


@dataclass(frozen=True, repr=False)
class Result(Frames):
    """The frames of one run. Weights only, biases are left out of every measure.

    curves: [seed, epoch, split, loss, accuracy, diverged].
    layers: [seed, epoch, layer, distance, relative_distance, distance_from_start, condition_number,
        std].
        distance: Frobenius norm ||W(t) - W(t-1)|| to the previous epoch, nan at epoch 0, which has
            none;
        relative_distance: distance / ||W(t-1)||; condition_number: largest over smallest singular
        value, inf where W is singular (to the rounding of float64), nan where W is not finite.
    histograms: [epoch, layer, bin_left, bin_right, count] of the first seed's network, in bins
        shared by all epochs and layers; weights beyond the outermost bin are counted in it.
    alignment: [seed, epoch, accuracy_gain_z, weight_change_z], from epoch 1: the change of the
        training accuracy and the distance averaged over layers, each z-scored over the epochs of
        its network (nan where it never varies).
    correlation: [seed, first_epoch, r, p, ci_low, ci_high, n]: Pearson's r between the two, over
        all epochs (first_epoch 1) and without the first (2); 95% interval by Fisher's z. nan below
        four epochs.
    misprint: see `misprint`.
    """

    curves: pd.DataFrame
    layers: pd.DataFrame
    histograms: pd.DataFrame
    alignment: pd.DataFrame
    correlation: pd.DataFrame
    misprint: pd.DataFrame


@one_thread()
def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Result:
    """Train the networks. on_epoch(done, total) and on_curves(frame) are called after every
    epoch.
    """
    trained = train_networks(config, on_epoch, on_curves)
    alignment = _alignment(trained.curves, trained.layers)
    return Result(
        trained.curves,
        trained.layers,
        _histograms(trained.first),
        alignment,
        _correlations(alignment),
        misprint(config),
    )


@dataclass(frozen=True)
class Trained:
    """curves, layers: as in `Result`; first: {layer: weights} of the first network after each
    epoch; mlp: the networks as they are in the end.
    """

    curves: pd.DataFrame
    layers: pd.DataFrame
    first: list[dict[str, Tensor]]
    mlp: MLP


def train_networks(config: Config, on_epoch, on_curves) -> Trained:
    """Train the networks, and measure each layer's weights after every epoch."""
    data = datasets.load(config.dataset)
    labels = pd.DataFrame({"seed": range(config.seed, config.seed + config.n_seeds)})
    mlp = started(
        (data.n_features, *HIDDEN, data.n_outputs),
        [config.init] * config.n_seeds,
        labels["seed"].tolist(),
    )
    curves, measured, first = [], [], []
    start = previous = {layer: w.clone() for layer, w in mlp.weight.items()}
    for epoch in train(mlp, data, config.train_config(weight_decay=config.l2)):
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
    layers = _layers(measured, labels["seed"], mlp.layers)
    return Trained(pd.concat(curves, ignore_index=True), layers, first, mlp)


def started(sizes: tuple[int, ...], inits: list[str], seeds: list[int]) -> MLP:
    """A stack started as told; biases as nn.Linear has them where the weights are, else zero."""
    mlp = MLP(sizes, n_models=len(inits))
    biases = ["pytorch_default" if init == "pytorch_default" else "zeros" for init in inits]
    return initialize_(mlp, inits, seeds, biases=biases)


def _measure(now: Tensor, previous: Tensor, start: Tensor, epoch: int) -> Tensor:
    """(n_models, fan_out, fan_in) three times -> (MEASURES, n_models)."""
    nowhere = torch.full((len(now),), torch.nan, dtype=torch.float64)
    step = metrics.frobenius_distance(now, previous) if epoch else nowhere
    return torch.stack(
        [
            step,
            step / torch.linalg.matrix_norm(previous.double()),
            metrics.frobenius_distance(now, start),
            metrics.condition_number(
                now.double()
            ),  # W's numbers are what they are: no float32 rounding to allow for
            metrics.std(now),
        ]
    )


def _layers(measured: list[Tensor], seeds: pd.Series, names: list[str]) -> pd.DataFrame:
    """Per epoch (layers, MEASURES, n_models) -> one row per seed, epoch and layer."""
    values = torch.stack(measured).permute(3, 0, 1, 2).reshape(-1, len(MEASURES)).numpy()
    keys = pd.MultiIndex.from_product(
        [seeds, range(len(measured)), names], names=["seed", "epoch", "layer"]
    )
    return pd.concat([keys.to_frame(index=False), pd.DataFrame(values, columns=MEASURES)], axis=1)


def _histograms(states: list[dict[str, Tensor]]) -> pd.DataFrame:
    """One {layer: weights} per epoch -> counts in bins that all epochs and layers share."""
    reach = max(_largest(w) for state in states for w in state.values())
    edges = metrics.shared_bins(torch.tensor([-reach, reach]).clamp(-WIDEST, WIDEST), BINS)
    parts = []
    for layer in states[0]:
        counts = metrics.histogram(
            torch.stack([state[layer] for state in states]), edges, batch_dims=1
        )
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
    """(values - mean) / std with the population std, as scipy.stats.zscore; nan where the values
    never vary.
    """
    known = values.astype(float).where(np.isfinite(values))
    # not a comparison with 0: the mean of equal numbers can differ from them by a rounding error
    if not known.max() > known.min():
        return known * np.nan
    return (known - known.mean()) / known.std(ddof=0)


def _correlations(alignment: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for seed, network in alignment.groupby("seed"):
        for first_epoch in (1, 2):
            pairs = network[network["epoch"] >= first_epoch][
                ["accuracy_gain_z", "weight_change_z"]
            ].dropna()
            rows.append((seed, first_epoch, *correlation(*pairs.to_numpy().T), len(pairs)))
    return pd.DataFrame(rows, columns=["seed", "first_epoch", "r", "p", "ci_low", "ci_high", "n"])


def correlation(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float, float]:
    """Pearson's r, its two-sided p and the ends of its 95% interval (Fisher's z).

    nan below four pairs, and where one of the two never varies. Held equal to scipy.stats.pearsonr
    by a test; scipy.stats itself would take 45 MB of a small server.
    """
    if len(x) < 4 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return (float("nan"),) * 4
    n, r = len(x), float(np.clip(np.corrcoef(x, y)[0, 1], -1, 1))
    with np.errstate(divide="ignore"):  # r may be exactly 1: then t and z are infinite, p is 0
        t = r * np.sqrt((n - 2) / np.float64(1 - r * r))
        z, reach = np.arctanh(r), special.ndtri(0.975) / np.sqrt(n - 3)
    return (
        r,
        float(2 * special.stdtr(n - 2, -abs(t))),
        float(np.tanh(z - reach)),
        float(np.tanh(z + reach)),
    )


# ---------------------------------------------------------------- the printed formula


@one_thread()
def misprint(config: Config = Config()) -> pd.DataFrame:
    """[layer, distance, printed_radicand]: the distance of the first network's starting weights
    from themselves.

    distance: ||W - W||, as it should be; printed_radicand: what stands under the root in the course
    notes, where the square has slipped onto the epoch index: the sum of W_ij - W_ij^2.
    """
    data = datasets.load(config.dataset)
    mlp = started((data.n_features, *HIDDEN, data.n_outputs), [config.init], [config.seed])
    rows = []
    for layer, stack in mlp.weight.items():
        w = stack[0].double()
        rows.append((layer, float(metrics.frobenius_distance(w, w)), float((w - w**2).sum())))
    return pd.DataFrame(rows, columns=["layer", "distance", "printed_radicand"])
