"""`train`: the one training loop. A generator, so that the experiment reads as the loop it is:

    for epoch in train(mlp, dataset, TrainConfig(epochs=10)):
        ...measure mlp...

It yields once before the first update (epoch 0) and after every epoch, or every few
(`TrainConfig.every`) and the last. All models of the stack see the same mini-batches in the same
order, as set by `TrainConfig.seed`; their losses are summed, so that no model's gradient depends on
another's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from . import costs
from .configs import choice, number, validate
from .cores import flushed, one_thread, stay_on_one_core
from .evaluation import SPLITS, Epoch, Memory, evaluate, first_of
from .frozen import Freeze, alike, frozen_parameters
from .lazy import torch
from .optimizers import OPTIMIZERS
from .passes import Pass, with_ones
from .pieces import MEASURED, cut, gathered_rows
from .stopping import carried

if TYPE_CHECKING:
    from torch import Tensor

    from .costs import Cost
    from .datasets import Dataset, Size
    from .models import MLP

__all__ = [
    "SPLITS",
    "Epoch",
    "Freeze",
    "TrainConfig",
    "dropout_masks",
    "evaluate",
    "frozen_parameters",
    "loss_gradient",
    "one_hot",
    "one_thread",
    "stay_on_one_core",
    "train",
]


@dataclass(frozen=True)
class TrainConfig:
    """How to train. weight_decay (L2) and l1 act on weights and biases, as torch.optim's
    weight_decay does.

    weight_decay adds weight_decay * w to each gradient, l1 adds l1 * sign(w); dropout is the share
    of hidden outputs set to zero in each step (the same units in all models). seed: order of the
    batches, and dropout. every: epochs from one measurement to the next; where a batch holds the
    whole training set, an epoch is one step, and measuring each would take half of the time.
    measured: examples of the training split, at most, that are measured: its first, in random
    order.
    """

    epochs: int = number(10, 0, 2000)
    batch_size: int = number(32, 1, 4096)
    optimizer: str = choice("adam", OPTIMIZERS)
    learning_rate: float = number(0.01, 0.0, 100.0, "Step size.")
    weight_decay: float = number(0.0, 0.0, 10.0, "L2 regularization.")
    l1: float = number(0.0, 0.0, 10.0, "L1 regularization.")
    dropout: float = number(0.0, 0.0, 0.95, "Share of hidden outputs dropped.")
    seed: int = number(0, 0, 2**31 - 1, "Seed of the batch order.")
    freeze: tuple[Freeze, ...] = ()
    every: int = number(1, 1, 2000, "Epochs between two measurements.")
    measured: int = number(MEASURED, 1, 100_000, "Training examples that are measured.")

    def __post_init__(self):
        validate(self)


def train(
    mlp: MLP,
    dataset: Dataset,
    config: TrainConfig,
    rates: Mapping[str, Sequence[float]] | None = None,
) -> Iterator[Epoch]:
    """Train every model of the stack in place; yields an Epoch before the first update and after
    each epoch that is measured: every `config.every`th, and the last.

    rates: {layer: a factor of the learning rate for each model}, 1 for layers that are left out.
    ValueError where the data do not fit the network, a Freeze or `rates` names a layer, parameter
    or model that is not there, or the whole would cost more than `costs.limit` allows.
    A model whose loss or parameters stop being finite is marked `diverged` from then on; the others
    are untouched.
    """
    _check(mlp, dataset, config, rates)
    factors = None if rates is None else {k: torch.tensor(own) for k, own in rates.items()}
    order = torch.Generator().manual_seed(config.seed)
    looked_at = first_of(dataset, config.measured)
    targets = one_hot(dataset.y_train, mlp.sizes[-1])
    pieces, side_by_side = cut(mlp.n_models, mlp.n_parameters, len(mlp.layers), config.batch_size)
    rows, memory = gathered_rows(dataset.n_features, config.batch_size), Memory()
    parts = [_Part(mlp, start, stop, config, memory, factors) for start, stop in pieces]
    diverged = torch.zeros(mlp.n_models, dtype=torch.bool)
    with ThreadPoolExecutor(2, "weightkit-train") as pool:  # its threads start when they are used
        each = pool.map if side_by_side else map
        for epoch in range(config.epochs + 1):
            picked = (
                list(torch.randperm(len(dataset.x_train), generator=order).split(rows))
                if epoch
                else []
            )
            due = epoch % config.every == 0 or epoch == config.epochs
            for some in picked[:-1] if due else picked:
                batches = _batches(dataset.x_train, targets, some, config.batch_size)
                list(each(carried(partial(_Part.learn, epoch=epoch, batches=batches)), parts))
            if not due:
                continue
            batches = (
                _batches(dataset.x_train, targets, picked[-1], config.batch_size) if epoch else []
            )
            step = carried(partial(_Part.epoch, epoch=epoch, batches=batches, dataset=looked_at))
            states = list(each(step, parts))
            loss, accuracy, bad = zip(
                *((s.loss, s.accuracy, s.diverged) for s in states), strict=True
            )
            diverged = diverged | torch.cat(bad)
            yield Epoch(epoch, _joined(loss), _joined(accuracy), diverged)


def _batches(
    x: Tensor, targets: Tensor, picked: Tensor, batch_size: int
) -> list[tuple[Tensor, Tensor]]:
    """The picked rows in batches: x (samples, features + 1) with a column of ones, and targets
    (outputs, samples).
    """
    with one_thread():
        samples, labels = with_ones(x.index_select(0, picked)), targets.index_select(1, picked)
        return list(zip(samples.split(batch_size), labels.split(batch_size, 1), strict=True))


def _joined(parts: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    return {split: torch.cat([part[split] for part in parts]) for split in SPLITS}


class _Part:
    """Some of the stack's models, trained on one core, with their own optimizer and (equal)
    dropout.
    """

    def __init__(
        self,
        mlp: MLP,
        start: int,
        stop: int,
        config: TrainConfig,
        memory: Memory,
        rates: Mapping[str, Tensor] | None,
    ):
        self.mlp = mlp if (start, stop) == (0, mlp.n_models) else mlp.part(start, stop)
        self.start, self.config, self.memory = start, config, memory
        self.noise = torch.Generator().manual_seed(config.seed + 1)
        groups = alike(self.mlp, config.freeze, start) if config.freeze else None
        mine = rates and {layer: own[start:stop] for layer, own in rates.items()}
        rule = OPTIMIZERS[config.optimizer]
        self.optimizer = rule(
            self.mlp, config.learning_rate, config.weight_decay, config.l1, groups, mine
        )

    def learn(self, epoch: int, batches: list) -> None:
        """Train on some batches of an epoch."""
        if batches:
            with one_thread(), flushed(), torch.inference_mode():
                self.optimizer.freeze(
                    frozen_parameters(self.mlp, self.config.freeze, epoch, self.start)
                )
                _train_on(self.mlp, batches, self.config, self.optimizer, self.noise, self.memory)

    def epoch(self, epoch: int, batches: list, dataset: Dataset) -> Epoch:
        """Train on the last batches of an epoch, if there are any, and measure."""
        self.learn(epoch, batches)
        with one_thread(), flushed(), torch.inference_mode():
            return evaluate(self.mlp, dataset, epoch, self.memory)


def _train_on(
    mlp: MLP, batches: list, config: TrainConfig, optimizer, noise, memory: Memory
) -> None:
    """One step for each of the batches."""
    for x, targets in batches:
        masks = dropout_masks(mlp, len(x), config.dropout, noise) if config.dropout else None
        done = mlp.forward_(memory(mlp, len(x), dropout=masks is not None), x, masks)
        mlp.backward(done, loss_gradient(done, targets), masks)
        optimizer.step()


def one_hot(y: Tensor, outputs: int) -> Tensor:
    """Targets (outputs, samples) float32: one-hot classes, or the 0/1 labels themselves where there
    is one output.
    """
    if outputs == 1:
        return y.float().unsqueeze(0)
    return torch.nn.functional.one_hot(y, outputs).float().t().contiguous()


def loss_gradient(done: Pass, targets: Tensor) -> Tensor:
    """d(sum over models of the mean loss)/dlogits: (p - target) / samples, for cross-entropy and
    for BCE alike.

    It is written into the memory of `done`.
    """
    p = done.deltas[-1]
    if len(targets) == 1:
        torch.sigmoid(done.logits, out=p)
    else:
        torch.softmax(done.logits, 1, out=p)
    return p.sub_(targets).div_(targets.shape[1])


def dropout_masks(mlp: MLP, samples: int, share: float, generator: torch.Generator) -> list[Tensor]:
    """Per hidden layer a mask (units, samples) of 0 and 1 / (1 - share)."""
    keep = 1 - share
    return [
        torch.empty(units, samples).bernoulli_(keep, generator=generator).div_(keep)
        for units in mlp.sizes[1:-1]
    ]


def _cost(mlp: MLP, size: Size, rated: bool, config: TrainConfig) -> Cost:
    return costs.training(
        size,
        mlp.sizes[1:-1],
        mlp.n_models,
        epochs=config.epochs,
        batch_size=config.batch_size,
        optimizer=config.optimizer,
        norm=mlp.normalization is not None,
        dropout=config.dropout > 0,
        frozen=bool(config.freeze),
        l1=config.l1 > 0,
        skip=mlp.skip is not None,
        pruned=mlp.kept is not None,
        rated=rated,
        every=config.every,
        measured=config.measured,
    )


def _check(mlp: MLP, dataset: Dataset, config: TrainConfig, rates: Mapping | None) -> None:
    costs.limit(config, partial(_cost, mlp, dataset.size, bool(rates)))
    wanted = (dataset.n_features, dataset.n_outputs)
    if (mlp.sizes[0], mlp.sizes[-1]) != wanted:
        raise ValueError(
            f"the network has sizes {mlp.sizes}; {dataset.name} needs {wanted[0]} inputs and"
            f" {wanted[1]} outputs"
        )
    for layer, factors in (rates or {}).items():
        if layer not in mlp.layers or len(factors) != mlp.n_models:
            raise ValueError(
                f"rates has {len(factors)} factors for {layer!r}; layers are"
                f" {', '.join(mlp.layers)}, and the stack has {mlp.n_models} models"
            )
    for f in config.freeze:
        if (f.layer, f.parameter) not in mlp.parameters():
            raise ValueError(
                f"cannot freeze {f.parameter!r} of {f.layer!r}; layers are {', '.join(mlp.layers)},"
                " parameters are weight and bias"
            )
        for model in f.models or ():
            if not 0 <= model < mlp.n_models:
                raise ValueError(
                    f"cannot freeze model {model}; the stack has models 0 to {mlp.n_models - 1}"
                )
