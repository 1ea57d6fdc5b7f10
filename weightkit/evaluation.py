"""`evaluate`: loss and accuracy of every model of a stack, and which of them have diverged."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .lazy import pd, torch
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
        parts = [
            labels.assign(
                epoch=self.epoch,
                split=split,
                loss=self.loss[split].double().numpy(),
                accuracy=self.accuracy[split].double().numpy(),
                diverged=self.diverged.numpy(),
            )
            for split in SPLITS
        ]
        return pd.concat(parts, ignore_index=True)


class Memory(threading.local):
    """The passes of a thread, made once: pieces of the same size take turns in them, one of another
    size clears them.
    """

    def __init__(self) -> None:
        self.n_models, self.passes = 0, dict[tuple, Pass]()

    def __call__(self, mlp: MLP, samples: int, *, keep: bool = True, dropout: bool = False) -> Pass:
        if mlp.n_models != self.n_models:
            self.n_models, self.passes = mlp.n_models, {}
        key = samples, keep, dropout
        if key not in self.passes:
            self.passes[key] = Pass(mlp, samples, keep=keep, dropout=dropout)
        return self.passes[key]


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
            log_p = logits.log_softmax(1)
            loss -= log_p.gather(1, yb.expand(mlp.n_models, 1, -1)).double().sum((1, 2))
            right += (logits.max(1).indices == yb).sum(1)
    return loss / len(x), right / len(x)
