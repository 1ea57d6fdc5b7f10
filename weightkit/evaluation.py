"""`evaluate`: loss and accuracy of every model of a stack, and which of them have diverged."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .lazy import np, pd, torch
from .passes import Pass, with_ones
from .pieces import evaluated_rows

if TYPE_CHECKING:
    from torch import Tensor

    from .datasets import Dataset
    from .models import MLP


SPLITS = ("train", "test")


@dataclass(frozen=True)
class Epoch:
    """The state after `epoch` epochs. loss, accuracy: {"train" | "test": (n_models,)}; diverged:
    (n_models,) bool.
    """

    epoch: int
    loss: dict[str, Tensor]
    accuracy: dict[str, Tensor]
    diverged: Tensor

    def frame(self, labels: pd.DataFrame) -> pd.DataFrame:
        """Tidy rows [*labels, epoch, split, loss, accuracy, diverged]; labels: one row of factors
        per model.
        """
        n = len(labels)
        twice = np.tile(np.arange(n), len(SPLITS))
        columns = {
            "epoch": np.full(len(twice), self.epoch),
            "split": np.array(SPLITS, dtype=object).repeat(n),
            "loss": torch.cat([self.loss[split] for split in SPLITS]).double().numpy(),
            "accuracy": torch.cat([self.accuracy[split] for split in SPLITS]).double().numpy(),
            "diverged": self.diverged.numpy()[twice],
        }  # put together once: two frames and `concat` take five times as long, at every epoch
        return pd.DataFrame(
            {name: column.array.take(twice) for name, column in labels.items()} | columns
        )


class Memory(threading.local):
    """The passes of a thread, made once: pieces of a stack take turns in them, a smaller one in a
    part of what a larger one has.
    """

    def __init__(self) -> None:
        self.passes = dict[tuple, dict[int, Pass]]()

    def __call__(self, mlp: MLP, samples: int, *, keep: bool = True, dropout: bool = False) -> Pass:
        held = self.passes.setdefault((samples, keep, dropout), {})
        if mlp.n_models not in held:
            most = max(held, default=0)
            if most < mlp.n_models:
                held.clear()
                held[mlp.n_models] = Pass(mlp, samples, keep=keep, dropout=dropout)
            else:
                held[mlp.n_models] = held[most].of_first(mlp.n_models)
        return held[mlp.n_models]


def first_of(dataset: Dataset, n: int) -> Dataset:
    """The data with the first n of its training split, which is in random order."""
    return replace(dataset, x_train=dataset.x_train[:n], y_train=dataset.y_train[:n])


def evaluate(mlp: MLP, dataset: Dataset, epoch: int = 0, memory: Memory | None = None) -> Epoch:
    """Mean loss and accuracy of every model on the whole of both splits, without dropout.

    memory: where the passes are kept, for many evaluations.
    """
    memory = memory or Memory()
    loss, accuracy = {}, {}
    for split in SPLITS:
        x, y = getattr(dataset, f"x_{split}"), getattr(dataset, f"y_{split}")
        loss[split], accuracy[split] = _measure(mlp, x, y, memory)
    bad = ~(loss["train"].isfinite() & loss["test"].isfinite())
    for matrix in mlp.matrix.values():
        some = max(
            1, 2**20 // matrix[0].numel()
        )  # models at once: the answer for each number takes memory, too
        bad = bad | ~torch.cat([part.flatten(1).isfinite().all(1) for part in matrix.split(some)])
    return Epoch(epoch, loss, accuracy, bad)


def _measure(mlp: MLP, x: Tensor, y: Tensor, memory: Memory) -> tuple[Tensor, Tensor]:
    loss = torch.zeros(mlp.n_models, dtype=torch.float64)
    right = torch.zeros(mlp.n_models, dtype=torch.float64)
    chunk = evaluated_rows(mlp.n_models, max(mlp.sizes[1:]))
    for xb, yb in zip(x.split(chunk), y.split(chunk), strict=True):
        logits = mlp.forward_(memory(mlp, len(xb), keep=False), with_ones(xb)).logits
        if mlp.sizes[-1] == 1:
            z = logits[:, 0]
            loss += (torch.nn.functional.softplus(z) - yb * z).double().sum(1)
            right += ((z > 0) == (yb > 0.5)).sum(1)
        else:
            lost, hit = of_classes(logits, yb)
            loss += lost.double().sum(1)
            right += hit.sum(1)
    return loss / len(x), right / len(x)


def of_classes(logits: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Cross-entropy of each sample, and whether `logits.argmax` is its class: logits (n_models,
    classes, samples) and y (samples,) -> (n_models, samples) twice.

    Written out since `max` with its indices took two thirds of the time; it is asked for the models
    alone that have two largest logits somewhere, or some that are no numbers.
    """
    top = logits.amax(1, keepdim=True)
    below = logits - top
    own = below.gather(1, y.expand(len(logits), 1, -1)).squeeze(1)
    hit = own == 0
    plain = below.sign().sum(1) == 1 - logits.shape[1]  # one is largest, and all others below it
    plain &= top.isfinite().squeeze(1)
    odd = (~plain).any(1).nonzero().flatten()
    if len(odd):
        hit[odd] = logits[odd].argmax(1) == y
    return below.exp_().sum(1).log_() - own, hit
