"""`Cost`: the memory and the time of a run, estimated from its settings before it starts; `limit`
refuses what is too much.

Held against the truth by `python -m benchmarks.corners`, whose table is docs/corners.md. Memory is
what a run takes at its peak on top of the server and the data; time is that of two quiet cores.
Nothing here imports torch.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from .datasets import DATASETS, Dataset, Size
from .pieces import MEASURED, cut, evaluated_rows, gathered_rows

MAX_BYTES = 118e6
"""Most memory of one run: a server takes 440 MB before it. Several at once: `ui.places`."""
MAX_SECONDS = 60.0
"""Most time of one run."""
BASE = 9e6
"""Bytes that every run takes: threads, buffers of the matrix products, small objects."""
FRAME = 24e3
"""Bytes of a small DataFrame."""
CALL, STEP = 20e-6, 45e-6
"""Seconds for calling the operations of one layer forward and backward, and those of a step."""
NORM_CALL, DROPOUT_CALL = 70e-6, 20e-6
"""The same, for what normalization and dropout add to a layer."""
FLOPS = 70e9
"""Operations per second of a core's matrix products, in small matrices."""
ELEMENT, NORM_ELEMENT = 2.5e-9, 8e-9
"""Seconds per activation for all that is done to it one by one, and what normalization adds."""
UPDATE = {"sgd": 0.3e-9, "momentum": 0.8e-9, "adam": 1.2e-9}
"""Seconds per parameter and step."""
MASK, RATE = 0.4, 2.0
"""What a pruned stack, and rates of its own for each layer, add to an update, as shares of it."""
STATE = {"sgd": 8, "momentum": 12, "adam": 16}
"""Bytes per parameter: itself, its gradient, and what the optimizer remembers."""
DENORMAL = {"relu": 45.0, "sigmoid": 15.0, "linear": 90.0, "tanh": 90.0, "leaky_relu": 90.0}
"""How many times longer products take of numbers that float32 holds with fewer digits, those below
1e-38; a training takes those for 0 (`training.flushed`). Of a ReLU's half are zero, and cost
nothing; a sigmoid's are so small on the way back only."""
TWO_CORES = 1.5
"""How much faster two cores are than one."""
SVD = 2.5e-9
"""Seconds per row, row and column of a matrix: its singular values."""


@dataclass(frozen=True)
class Cost:
    """bytes: at the peak; seconds: of two cores. `+`: both at the same time; `then`: one after the
    other.
    """

    bytes: float = 0.0
    seconds: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.bytes + other.bytes, self.seconds + other.seconds)

    def then(self, other: Cost) -> Cost:
        return Cost(max(self.bytes, other.bytes), self.seconds + other.seconds)

    def times(self, n: int) -> Cost:
        """The same n times, one after the other."""
        return Cost(self.bytes, n * self.seconds)


def limit(config: Any, cost: Callable[[Any], Cost] | None = None) -> None:
    """Raise ValueError that names the settings to lower where a run of `config` would cost too
    much.

    cost(config) -> Cost; config.cost where it is left out. Of two runs at once on the same data,
    each counts half of it.
    """

    def found(c: Any) -> Cost:
        return (cost(c) if cost else c.cost) + Cost(_shared(c))

    total = found(config)
    if total.bytes > MAX_BYTES:
        _refuse(
            config,
            lambda c: found(c).bytes,
            f"{total.bytes / 1e6:.0f} MB of memory",
            f"{MAX_BYTES / 1e6:.0f} MB",
        )
    if total.seconds > MAX_SECONDS:
        _refuse(
            config, lambda c: found(c).seconds, f"{_long(total.seconds)} on two cores", "one minute"
        )


def _shared(config: Any) -> float:
    dataset = getattr(config, "dataset", None)
    if isinstance(dataset, Dataset):  # nobody else's: it counts in full
        return 4.0 * dataset.x_train.shape[1] * (len(dataset.x_train) + len(dataset.x_test))
    size = DATASETS[dataset].size if dataset in DATASETS else None
    return 2.0 * (size.train + size.test) * size.features if size else 0.0


def _long(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 100 else f"{seconds / 60:.0f} minutes"


def _refuse(config: Any, measure: Callable[[Any], float], found: str, most: str) -> None:
    now, rows = measure(config), []
    for field in fields(config):
        lower = _lowered(config, field)
        if lower is not None:
            rows.append((measure(lower), field.name, getattr(config, field.name)))
    rows = sorted((row for row in rows if row[0] < now), key=lambda row: row[0])
    helpful = [
        (name, value) for then, name, value in rows if then < max(0.9 * now, 1.01 * rows[0][0])
    ]
    names = [f"{name} ({_shown(value)})" for name, value in helpful if name != "dataset"][:3]
    names = names or ["the size or the number of the networks"]
    advice = "lower " + " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    if "dataset" in dict(helpful):
        advice += f", or choose smaller data than {config.dataset}"
    raise ValueError(f"these settings need about {found}, and one run may take {most}: {advice}")


def _lowered(config: Any, field: Any) -> Any:
    """A copy of `config`, unchecked, with half of the field's number (entries of its tuple), or its
    default choice.
    """
    value, low = getattr(config, field.name), field.metadata.get("low")
    smaller: Any
    if isinstance(value, tuple) and "most" in field.metadata:
        smaller = value[: max(1, len(value) // 2)]
    elif low is not None and isinstance(value, int):
        smaller = max(low, value // 2)
    elif field.name == "dataset":
        smaller = field.default
    else:
        return None
    lower = copy.copy(config)
    object.__setattr__(lower, field.name, smaller)
    return lower


def _shown(value: Any) -> str:
    return f"{len(value)} of them" if isinstance(value, tuple) else str(value)


def parameters(sizes: Sequence[int]) -> int:
    """Weights and biases of one network."""
    return sum((fan_in + 1) * fan_out for fan_in, fan_out in zip(sizes, sizes[1:], strict=False))


def network_sizes(size: Size, hidden: Sequence[int]) -> tuple[int, ...]:
    return size.features, *hidden, size.outputs


def pass_bytes(
    n: int,
    sizes: Sequence[int],
    samples: int,
    *,
    keep: bool = True,
    norm: bool = False,
    dropout: bool = False,
    skip: bool = False,
) -> float:
    """Bytes of a `models.Pass`, and of what comes and goes while it is used."""
    hidden, outer = sizes[1:-1], sizes[1:]
    numbers = sum(set(outer)) + 2 * sizes[-1] + (1 + keep) * skip * max(outer)
    if keep:
        numbers += sum(u + 1 for u in hidden) + sum(
            u for u, _ in {(u, i % 2) for i, u in enumerate(outer)}
        )
        numbers += sum(hidden) * (norm + dropout)
    else:
        numbers += sum(u + 1 for u, _ in {(u, i % 2) for i, u in enumerate(hidden)})
    return 4.0 * samples * (n * (numbers + 3 * norm * max(outer)) + dropout * sum(hidden))


def training(
    size: Size,
    hidden: Sequence[int],
    n: int,
    *,
    epochs: int,
    batch_size: int,
    optimizer: str,
    norm: bool = False,
    dropout: bool = False,
    frozen: bool = False,
    l1: bool = False,
    skip: bool = False,
    pruned: bool = False,
    rated: bool = False,
    every: int = 1,
    measured: int = MEASURED,
) -> Cost:
    """Of `training.train` for n networks, measured on both splits after each epoch, or one in
    `every`, of the training split on so many examples; parameters and gradients included.
    """
    sizes = network_sizes(size, hidden)
    p, layers, batch = parameters(sizes), len(sizes) - 1, min(batch_size, size.train)
    pieces, two = cut(n, p, layers, batch_size)
    most = max(stop - start for start, stop in pieces)
    seen = min(size.train, measured)
    chunk = min(max(seen, size.test), evaluated_rows(most, max(sizes[1:])))
    kinds = {"norm": norm, "dropout": dropout, "skip": skip}
    rest = size.train % batch, seen % chunk + size.test % chunk
    used = pass_bytes(most, sizes, batch + rest[0], **kinds)
    used += pass_bytes(most, sizes, chunk + rest[1], keep=False, norm=norm, skip=skip)
    largest = max((i + 1) * o for i, o in zip(sizes, sizes[1:], strict=False))
    gathered = 8.0 * (size.features + 1) * min(size.train, gathered_rows(size.features, batch_size))
    memory = (
        BASE
        + n * p * (STATE[optimizer] + 8 * frozen + 4 * pruned + 4 * rated)
        + (1 + two)
        * (
            used
            + 6 * min(most * largest, 2**20 + largest)
            + most * 4 * p * l1
            + 4.0 * chunk * (size.features + 1)
        )
        + gathered
        + 20.0 * size.train * size.outputs
    )
    return Cost(
        memory,
        epochs
        * _epoch_seconds(
            size,
            sizes,
            n,
            len(pieces),
            two,
            batch_size,
            chunk,
            optimizer,
            norm,
            dropout,
            frozen + MASK * pruned + RATE * rated,
            every,
            seen,
        ),
    )


def _epoch_seconds(
    size: Size,
    sizes: Sequence[int],
    n: int,
    pieces: int,
    two: bool,
    batch_size: int,
    chunk: int,
    optimizer: str,
    norm: bool,
    dropout: bool,
    more: float,
    every: int,
    seen: int,
) -> float:
    """more: what freezing, pruning and rates add to an update, as a share of it."""
    layers, p, hidden = len(sizes) - 1, parameters(sizes), sum(sizes[1:-1])
    steps = math.ceil(size.train / batch_size)
    chunks = (math.ceil(seen / chunk) + math.ceil(size.test / chunk)) / every
    per_call = layers * (CALL + NORM_CALL * norm + DROPOUT_CALL * dropout)
    calls = pieces * (steps * (STEP * (1 + 2 * more) + per_call) + chunks * (STEP + per_call / 2))
    rows = (seen + size.test) / every
    products = 2.0 * n * (size.train * (3 * p - sizes[0] * sizes[1]) + rows * p) / FLOPS
    elements = n * hidden * (size.train + rows / 3) * (ELEMENT + NORM_ELEMENT * norm)
    updates = steps * n * p * UPDATE[optimizer] * (1 + more)
    return (calls + products + elements + updates) / (TWO_CORES if two else 1)


def frames(rows: int, count: int, *, row: float = 70.0, live: bool = True) -> Cost:
    """`count` frames of `rows` rows each, put together at the end; live: each is kept by the runner
    as well.
    """
    return Cost(count * FRAME + rows * count * row * (2 + live), count * 2e-3)


def singular_values(n: int, size: Size, hidden: Sequence[int]) -> float:
    """Seconds for the singular values of all weight matrices of n networks."""
    sizes = network_sizes(size, hidden)
    return n * sum(
        60e-6 + SVD * min(i, o) ** 2 * max(i, o) for i, o in zip(sizes, sizes[1:], strict=False)
    )
