"""One dataset: samples and labels as tensors, split once for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from .lazy import np, torch
from .sniffing import BadData, counted

if TYPE_CHECKING:
    from torch import Tensor

Task = Literal["multiclass", "binary"]

TEST_SHARE = 0.1
SPLIT_SEED = 0


@dataclass(frozen=True)
class CsvForm:
    """How a table is read by `pandas.read_csv(file, **options)`, and what its columns are then.

    dropped: first columns that only number the rows; label: 0 or -1, its place among the rest;
    words: whether the labels are words.
    """

    options: Mapping[str, Any]
    dropped: int
    label: int
    words: bool


@dataclass(frozen=True, eq=False)
class Dataset:
    """A dataset, split 90 % / 10 % by a fixed seed.

    `x_*` is float32 (n, n_features). `y_*` is (n,): int64 class numbers from 0 for "multiclass",
    float32 0 or 1 for "binary". The tensors are shared by all who load the dataset: never write to
    them. Equal to itself alone, so that a run on a reader's own data is nobody else's.
    """

    name: str
    x_train: Tensor
    y_train: Tensor
    x_test: Tensor
    y_test: Tensor
    task: Task
    source: str = ""
    description: str = ""
    csv: CsvForm | None = None  # of a reader's own table

    def __repr__(self) -> str:
        """What messages and logs say of it: never the numbers themselves."""
        n = self.size
        rows, features = counted(n.train + n.test, "rows"), counted(n.features, "features")
        return f"{self.name} ({rows}, {features})"

    @property
    def size(self) -> Size:
        """Samples, features and outputs."""
        return Size(len(self.x_train), len(self.x_test), self.n_features, self.n_outputs)

    @property
    def n_features(self) -> int:
        """Columns of x."""
        return self.x_train.shape[1]

    @property
    def n_outputs(self) -> int:
        """Outputs that a network needs: one per class, or a single logit for "binary"."""
        return 1 if self.task == "binary" else self.n_classes

    @property
    def n_classes(self) -> int:
        """Number of classes, 2 for "binary"."""
        return 2 if self.task == "binary" else int(torch.cat([self.y_train, self.y_test]).max()) + 1

    def class_shares(self, split: str) -> Tensor:
        """Share of each class in "train" or "test", float64 (n_classes,); it sums to 1."""
        if split not in ("train", "test"):
            raise ValueError(f"split must be 'train' or 'test', found {split!r}")
        y = self.y_train if split == "train" else self.y_test
        return torch.bincount(y.long(), minlength=self.n_classes).double() / len(y)

    def chance(self, split: str) -> float:
        """Share of the commonest class in "train" or "test": the best accuracy of a constant
        answer.
        """
        return float(self.class_shares(split).max())


@dataclass(frozen=True)
class Size:
    """Samples of each split, features, and outputs of a network."""

    train: int
    test: int
    features: int
    outputs: int


def split(
    name: str,
    x: np.ndarray,
    y: np.ndarray,
    task: Task,
    source: str,
    description: str,
    z_score: bool = False,
    csv: CsvForm | None = None,
) -> Dataset:
    """Shuffle by the fixed seed, split, scale by the mean and std of the training rows if asked
    to.
    """
    order = np.random.default_rng(SPLIT_SEED).permutation(len(x))
    n_test = round(TEST_SHARE * len(x))
    test, train = order[:n_test], order[n_test:]
    if z_score:
        std = x[train].std(axis=0)
        x = (x - x[train].mean(axis=0)) / np.where(
            std > 0, std, 1.0
        )  # a constant column becomes zero
    features = torch.from_numpy(np.asarray(x, dtype=np.float32))
    labels = torch.from_numpy(np.asarray(y, dtype=np.int64 if task == "multiclass" else np.float32))
    return Dataset(
        name,
        features[train],
        labels[train],
        features[test],
        labels[test],
        task,
        source,
        description,
        csv,
    )


def check_range(file: str, what: str, found: int, allowed: tuple[int, int], more: str = "") -> None:
    """BadData unless there are as many of `what` (a plural; `more` follows it) as are allowed."""
    if not allowed[0] <= found <= allowed[1]:
        low, high = allowed
        raise BadData(f"{file}: {counted(found, what)}{more}; allowed are {low:,} to {high:,}.")
