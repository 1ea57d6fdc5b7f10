"""Parts 4 and 5: two formulas for the same random numbers, and a contest of networks that start from them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from .. import datasets
from ..configs import choice, number, validate
from ..costs import Cost, frames, limit, training
from ..datasets import DATASETS
from ..initializers import INITIALIZERS, initialize_
from ..lazy import lazy
from ..models import MLP
from ..optimizers import OPTIMIZERS
from ..training import SPLITS, Epoch, TrainConfig, one_thread, train
from ._distributions import RECTANGULAR, SQUARE, Distributions, DistributionsConfig, distributions

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from scipy import special
else:
    np, pd, special = lazy("numpy"), lazy("pandas"), lazy("scipy.special")

__all__ = [
    "DRAWING_PRESETS", "METRICS", "PRESETS", "RECTANGULAR", "SQUARE", "Apart", "Config", "Distributions", "DistributionsConfig", "Result",
    "apart", "distributions", "run", "welch",
]  # fmt: skip

BINARY = tuple(name for name, source in DATASETS.items() if source.task == "binary")
HIDDEN = ("16-32-32", "64-64-64")
METRICS = ("train_loss", "train_accuracy", "test_accuracy")
CONFIDENCE = 0.95
TRIO = ("xavier_normal", "kaiming_normal", "kaiming_uniform")


@dataclass(frozen=True)
class Config:
    """The contest: n_seeds networks that start from scheme `first` against n_seeds that start from `second`.

    Only the weights start by the scheme; the biases start as PyTorch draws them, as in the course. Welch's test takes
    two independent samples, so no seed is used twice: `first` has the seeds seed, ..., seed + n_seeds - 1 and `second`
    the n_seeds that follow.
    """

    dataset: str = choice("breast_cancer", BINARY, "The data: two classes.")
    first: str = choice("xavier_normal", INITIALIZERS, "The scheme of the first half of the networks.")
    second: str = choice("kaiming_uniform", INITIALIZERS, "The scheme of the second half.")
    hidden: str = choice("16-32-32", HIDDEN, "Units of the hidden layers.")
    epochs: int = number(200, 1, 1000, "Passes over the training set.")
    batch_size: int = number(32, 8, 512, "Samples per update.")
    optimizer: str = choice("sgd", OPTIMIZERS, "The rule of the update.")
    learning_rate: float = number(0.01, 1e-5, 1.0, "Step size.")
    weight_decay: float = number(0.0, 0.0, 1.0, "L2 regularisation: pulls every weight towards zero.")
    dropout: float = number(0.0, 0.0, 0.9, "Share of hidden outputs silenced at random in each step.")
    seed: int = number(0, 0, 10_000, "The first seed.")
    n_seeds: int = number(20, 2, 100, "Runs per scheme.")

    def __post_init__(self):
        validate(self)
        if self.first == self.second:
            raise ValueError(f"first and second are both {self.first!r}; they must be two different schemes")
        limit(self)

    @property
    def cost(self) -> Cost:
        """Of `run`."""
        return self._cost(2)

    def _cost(self, schemes: int) -> Cost:
        n, hidden = schemes * self.n_seeds, [int(units) for units in self.hidden.split("-")]
        taught = training(
            DATASETS[self.dataset].size, hidden, n, epochs=self.epochs, batch_size=self.batch_size,
            optimizer=self.optimizer, dropout=self.dropout > 0,
        )  # fmt: skip
        return taught + frames(2 * n, self.epochs + 1)


DRAWING_PRESETS = {
    "Layers of unequal width": {"sizes": RECTANGULAR, "scheme": "kaiming_uniform"},
    "Kaiming for a slope a = 1": {"scheme": "kaiming_normal", "negative_slope": 1.0},
}
"""Of the distributions; `scheme` is the one shown beside PyTorch's default."""

PRESETS = {
    "10 runs, as in the course": {"n_seeds": 10},
    "Like against like": {"second": "kaiming_normal"},
    "Only the shape differs": {"first": "kaiming_normal", "second": "kaiming_uniform"},
    "Adam instead of SGD": {"optimizer": "adam"},
    "64 units": {"hidden": "64-64-64"},
    "Weight decay": {"weight_decay": 0.01},
    "Dropout": {"dropout": 0.25},
    "Red wine, as in the course": {"dataset": "wine_quality", "epochs": 600, "n_seeds": 10},
}


@dataclass(frozen=True)
class Result:
    """The frames of one contest; `init` is the scheme.

    curves: [init, seed, epoch, split, loss, accuracy, diverged].
    final: [init, seed, train_loss, train_accuracy, test_accuracy] after the last epoch; NaN for a diverged network.
    tests: [metric, t, p, difference, ci_low, ci_high]: Welch's t-test for each of METRICS; difference is the mean of
        `first` minus that of `second`, ci_low to ci_high its 95 % interval. All NaN if any of the networks diverged:
        who is left is not a random sample. See `welch` for samples without variance.
    """

    curves: pd.DataFrame
    final: pd.DataFrame
    tests: pd.DataFrame


@dataclass(frozen=True)
class Apart:
    """The course's pair taken apart: the three schemes of TRIO, n_seeds runs each, and all three pairs of them.

    final: as in `Result`; tests: [first, second, metric, t, p, difference, ci_low, ci_high].
    """

    final: pd.DataFrame
    tests: pd.DataFrame


@one_thread()
def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Result:
    """Train all networks in one stack. on_epoch(done, total) and on_curves(frame) are called after every epoch.

    The networks share the order of the batches (and which outputs dropout silences), so the test is about the random
    starts and about nothing else.
    """
    curves = _train(config, (config.first, config.second), on_epoch, on_curves)
    final = _final(curves)
    return Result(curves, final, _tests(final, config.first, config.second))


@one_thread()
def apart(config: Config = Config(), *, on_epoch=None) -> Apart:
    """Formula and shape one at a time: TRIO instead of config's `first` and `second`, in one stack.

    ValueError where that is too much for one run (`costs.limit`).
    """
    limit(config, lambda c: c._cost(len(TRIO)))
    final = _final(_train(config, TRIO, on_epoch, None))
    tests = []
    for first, second in combinations(TRIO, 2):
        pair = _tests(final, first, second)
        pair.insert(0, "first", first)
        pair.insert(1, "second", second)
        tests.append(pair)
    return Apart(final, pd.concat(tests, ignore_index=True))


def n_test(config: Config) -> int:
    """Samples in the test set: one of them more or less is the smallest step that an accuracy can make."""
    return len(datasets.load(config.dataset).y_test)


def _train(config: Config, schemes: Sequence[str], on_epoch, on_curves) -> pd.DataFrame:
    """The learning curves of n_seeds networks per scheme, no seed twice, all in one stack."""
    data = datasets.load(config.dataset)
    inits = [scheme for scheme in schemes for _ in range(config.n_seeds)]
    seeds = list(range(config.seed, config.seed + len(inits)))
    hidden = [int(units) for units in config.hidden.split("-")]
    mlp = MLP((data.n_features, *hidden, data.n_outputs), n_models=len(inits))
    initialize_(mlp, inits, seeds, biases="pytorch_default")
    epochs = []
    for epoch in train(mlp, data, TrainConfig(
        epochs=config.epochs, batch_size=config.batch_size, optimizer=config.optimizer,
        learning_rate=config.learning_rate, weight_decay=config.weight_decay, dropout=config.dropout, seed=config.seed,
    )):  # fmt: skip
        epochs.append(epoch)
        if on_curves is not None:
            on_curves(_rows([epoch], inits, seeds))
        if on_epoch is not None and epoch.epoch:
            on_epoch(epoch.epoch, config.epochs)
    return _rows(epochs, inits, seeds)


def _rows(epochs: Sequence[Epoch], inits: list[str], seeds: list[int]) -> pd.DataFrame:
    """Tidy rows of many epochs at once: `Epoch.frame` for each would cost a tenth of the training."""
    n, blocks = len(inits), len(epochs) * len(SPLITS)

    def measured(name: str) -> np.ndarray:
        return np.concatenate([getattr(e, name)[split].double().numpy() for e in epochs for split in SPLITS])

    return pd.DataFrame(
        {
            "init": inits * blocks,
            "seed": np.tile(seeds, blocks),
            "epoch": np.repeat([e.epoch for e in epochs], n * len(SPLITS)),
            "split": np.repeat(list(SPLITS) * len(epochs), n),
            "loss": measured("loss"),
            "accuracy": measured("accuracy"),
            "diverged": np.concatenate([e.diverged.numpy() for e in epochs for _ in SPLITS]),
        }
    )


def _final(curves: pd.DataFrame) -> pd.DataFrame:
    last = curves[curves["epoch"] == curves["epoch"].max()]
    train_rows, test_rows = (last[last["split"] == split].reset_index(drop=True) for split in SPLITS)
    final = train_rows[["init", "seed"]].assign(
        train_loss=train_rows["loss"], train_accuracy=train_rows["accuracy"], test_accuracy=test_rows["accuracy"]
    )
    final.loc[train_rows["diverged"].to_numpy(), list(METRICS)] = math.nan
    return final


def _tests(final: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    a, b = (final[final["init"] == init] for init in (first, second))
    rows = [(metric, *welch(a[metric], b[metric])) for metric in METRICS]
    return pd.DataFrame(rows, columns=["metric", "t", "p", "difference", "ci_low", "ci_high"])


def welch(a: Iterable[float], b: Iterable[float]) -> tuple[float, float, float, float, float]:
    """(t, p, difference, ci_low, ci_high) of Welch's t-test (Welch 1947) of two samples of at least two numbers.

    difference = mean(a) - mean(b), with its 95 % confidence interval. A number that is not finite makes all five NaN.
    Where one sample has no variance, its mean counts as known: the formula becomes a one-sample test of the other. Where
    neither has any, the difference is certain: p is 1 and t 0 where it is zero, else p is 0 and t
    infinite. With scipy.special's t distribution: scipy.stats would take 45 MB of a small server. A test holds the two equal.
    """
    x, y = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return (math.nan,) * 5
    difference = float(x.mean() - y.mean())
    if _constant(x) and _constant(y):
        if _constant(np.concatenate([x, y])):
            return 0.0, 1.0, 0.0, 0.0, 0.0
        return math.copysign(math.inf, difference), 0.0, difference, difference, difference
    one, two = (0.0 if _constant(z) else float(z.var(ddof=1)) / len(z) for z in (x, y))
    freedom = (one + two) ** 2 / (one**2 / (len(x) - 1) + two**2 / (len(y) - 1))  # Welch 1947, the approximate degrees of freedom
    t, half = difference / math.sqrt(one + two), special.stdtrit(freedom, (1 + CONFIDENCE) / 2) * math.sqrt(one + two)
    return t, float(2 * special.stdtr(freedom, -abs(t))), difference, float(difference - half), float(difference + half)


def _constant(sample: np.ndarray) -> bool:
    """No variance, up to rounding in the last digits (from which a p-value could be computed all the same)."""
    return bool(np.ptp(sample) <= 1e-12 * np.abs(sample).max())
