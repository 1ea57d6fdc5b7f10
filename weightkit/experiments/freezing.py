"""Part 7: switching learning off. Freezing schedules side by side in one stack, the notes' loop, transfer learning."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .. import datasets
from ..configs import choice, choices, number, validate
from ..costs import Cost, frames, limit, network_sizes, parameters, training
from ..datasets import DATASETS
from ..initializers import initialize_
from ..lazy import lazy
from ..models import MLP, layer_names
from ..optimizers import OPTIMIZERS
from ..stopping import check
from ..training import Freeze, TrainConfig, one_thread, train
from ._freezing_loops import LOOPS, compare_loops, leftovers, source
from ._schedule import PARAMETERS, format_schedule, parse_schedule
from ._transfer import CONDITIONS as TRANSFERS
from ._transfer import INVERTED, TASKS, TransferConfig, TransferResult, transfer

if TYPE_CHECKING:
    import pandas as pd
    import torch
else:
    pd, torch = lazy("pandas"), lazy("torch")

__all__ = [
    "BIASES", "CONDITIONS", "FC1", "HALF", "LAYERS", "LOOPS", "NOTHING", "OWN", "PARAMETERS", "TRANSFERS", "WEIGHTS", "PRESETS", "TASKS", "TRANSFER_PRESETS", "Config", "Result",
    "TransferConfig", "TransferResult", "compare_loops", "format_schedule", "freezes", "leftovers", "parse_schedule", "run", "source",
    "transfer",
]  # fmt: skip

HIDDEN = (64, 32, 32)
LAYERS = layer_names(len(HIDDEN) + 1)
NOTHING, HALF, BIASES, WEIGHTS, FC1, OWN = CONDITIONS = (
    "nothing frozen", "output first, then all", "only biases learn", "only weights learn", "fc1 frozen", "own schedule",
)  # fmt: skip


@dataclass(frozen=True)
class Config:
    """Networks of the course's shape, n_seeds per condition; those of one seed start from the same random numbers."""

    dataset: str = choice("digits", DATASETS, "The data.")
    conditions: tuple[str, ...] = choices(CONDITIONS, CONDITIONS, "What is frozen, and when.")
    schedule: str = "input:1-8,fc1:1-6,fc2:1-4"
    epochs: int = number(12, 1, 100, "Passes over the training set.")
    batch_size: int = number(32, 8, 512, "Samples per update.")
    optimizer: str = choice("adam", OPTIMIZERS, "The rule of the update.")
    learning_rate: float = number(0.005, 1e-5, 1.0, "Step size.")
    weight_decay: float = number(0.0, 0.0, 1.0, "Adds this times each learning parameter to its gradient (L2).")
    seed: int = number(0, 0, 10_000, "The first seed.")
    n_seeds: int = number(3, 1, 10, "Networks per condition.")

    def __post_init__(self):
        validate(self)
        parse_schedule(self.schedule, LAYERS)
        limit(self)

    @property
    def cost(self) -> Cost:
        """Of `run`: the training, and how far each parameter has moved after each epoch."""
        size, n = DATASETS[self.dataset].size, len(self.conditions) * self.n_seeds
        taught = training(
            size, HIDDEN, n, epochs=self.epochs, batch_size=self.batch_size, optimizer=self.optimizer, frozen=True
        )
        p = parameters(network_sizes(size, HIDDEN))
        moved = frames(8 * n, self.epochs, live=False) + Cost(4.0 * n * p, 3e-9 * n * p * self.epochs)
        return taught + frames(2 * n, self.epochs + 1) + moved

    @property
    def half(self) -> int:
        """The last epoch of the first half: afterwards "output first, then all" learns in all layers."""
        return self.epochs // 2


PRESETS = {
    "The switch at half-time": {"conditions": (NOTHING, HALF), "split": "both"},
    "Only weights, only biases": {"conditions": (NOTHING, BIASES, WEIGHTS)},
    "Only fc1 frozen against none": {"conditions": (NOTHING, FC1), "split": "both"},
    "All but the input layer off": {"conditions": (NOTHING, OWN), "schedule": "fc1,fc2,output"},
    "Freeze layer after layer": {"conditions": (NOTHING, OWN), "schedule": "input:4-,fc1:6-,fc2:8-"},
    "SGD, as in the course": {"optimizer": "sgd", "learning_rate": 0.05, "epochs": 40},
    "MNIST, as in the course": {"dataset": "mnist", "n_seeds": 1, "epochs": 10, "learning_rate": 0.001},
}

TRANSFER_PRESETS = {
    "Light and dark swapped": {"task": INVERTED, "layers": 1},
    "Swapped, three layers": {"task": INVERTED},
    "Only the first layer taken over": {"layers": 1},
    "No pretraining at all": {"pretrain_epochs": 0, "layers": 1},
    "On MNIST": {"dataset": "mnist"},
}


@dataclass(frozen=True)
class Result:
    """The frames of one run.

    curves: [condition, seed, epoch, split, loss, accuracy, diverged].
    movement: [condition, seed, epoch, layer, parameter, distance], from epoch 1: Frobenius norm of what the epoch
        changed, exactly 0 where the parameter was frozen; not finite where the network diverged.
    status: [condition, epoch, layer, parameter, requires_grad], from epoch 1: whether it was allowed to learn.
    """

    curves: pd.DataFrame
    movement: pd.DataFrame
    status: pd.DataFrame


def freezes(config: Config, condition: str) -> tuple[Freeze, ...]:
    """What is frozen under `condition`, as Freezes for all models."""
    everywhere = {p: [Freeze(layer, p) for layer in LAYERS] for p in PARAMETERS}
    early = [Freeze(layer, p, 1, config.half) for layer in LAYERS[:-1] for p in PARAMETERS] if config.half else []
    return {
        NOTHING: (),
        HALF: tuple(early),
        BIASES: tuple(everywhere["weight"]),
        WEIGHTS: tuple(everywhere["bias"]),
        FC1: tuple(Freeze("fc1", p) for p in PARAMETERS),
        OWN: parse_schedule(config.schedule, LAYERS),
    }[condition]


@one_thread()
def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Result:
    """Train all conditions in one stack. on_epoch(done, total) and on_curves(frame) are called after every epoch."""
    data = datasets.load(config.dataset)
    seeds = range(config.seed, config.seed + config.n_seeds)
    labels = pd.DataFrame([(c, s) for c in config.conditions for s in seeds], columns=["condition", "seed"])
    mlp = MLP((data.n_features, *HIDDEN, data.n_outputs), n_models=len(labels))
    initialize_(mlp, "pytorch_default", labels["seed"].tolist(), biases="pytorch_default")
    schedule = tuple(
        replace(freeze, models=tuple(labels.index[labels["condition"] == condition]))
        for condition in config.conditions
        for freeze in freezes(config, condition)
    )
    curves, distances = [], []
    before = mlp.flat.clone()
    for epoch in train(mlp, data, TrainConfig(
        epochs=config.epochs, batch_size=config.batch_size, optimizer=config.optimizer,
        learning_rate=config.learning_rate, weight_decay=config.weight_decay, seed=config.seed, freeze=schedule,
    )):  # fmt: skip
        curves.append(epoch.frame(labels))
        if epoch.epoch:
            distances.append(_distances(mlp, before))
            before.copy_(mlp.flat)
        if on_curves is not None:
            on_curves(curves[-1])
        if on_epoch is not None and epoch.epoch:
            on_epoch(epoch.epoch, config.epochs)
    return Result(pd.concat(curves, ignore_index=True), _movement(mlp, distances, labels), _status(config))


def _distances(mlp: MLP, before: torch.Tensor) -> torch.Tensor:
    """How far each parameter has moved from `before`, Frobenius norm: float64 (layers x parameters, n_models)."""
    old, new = mlp.parameters(before), mlp.parameters()
    moved = torch.empty(len(new), mlp.n_models, dtype=torch.float64)
    for i, key in enumerate(new):
        for model, (one, other) in enumerate(zip(new[key], old[key], strict=True)):  # one float64 copy at a time
            check()
            moved[i, model] = (one.double() - other.double()).flatten().norm()
    return moved


def _movement(mlp: MLP, distances: list[torch.Tensor], labels: pd.DataFrame) -> pd.DataFrame:
    """The frame of the distances of all epochs."""
    epochs = pd.DataFrame({"epoch": range(1, len(distances) + 1)})
    parameters = pd.DataFrame(list(mlp.parameters()), columns=["layer", "parameter"])
    frame = epochs.merge(parameters, how="cross").merge(labels, how="cross")
    frame["distance"] = torch.stack(distances).flatten().numpy()
    return frame[["condition", "seed", "epoch", "layer", "parameter", "distance"]]


def _status(config: Config) -> pd.DataFrame:
    frozen = {c: freezes(config, c) for c in config.conditions}
    rows = [
        (c, epoch, layer, p, not any((f.layer, f.parameter) == (layer, p) and f.covers(epoch) for f in frozen[c]))
        for c in config.conditions
        for epoch in range(1, config.epochs + 1)
        for layer in LAYERS
        for p in PARAMETERS
    ]
    return pd.DataFrame(rows, columns=["condition", "epoch", "layer", "parameter", "requires_grad"])
