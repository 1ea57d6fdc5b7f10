"""How work is cut into pieces: networks that are trained together, rows of data that are looked at
together.

All follows from the settings, never from the machine's load, so that equal settings give equal
bits; `costs` counts with the same numbers.
"""

CACHE = 330_000
"""Parameters that are trained together, so that they, their gradients and Adam's two moments (16
bytes each) stay in the cache from step to step. Measured: 25 networks on MNIST in pieces of 6 take
0.8 of the time of one piece."""
WORTH_A_CALL = 2_000_000
"""Multiply-adds per layer of a forward step that a piece has at least: below, calling the
operations is what costs, the more so as two threads call. Measured: 15 networks of 30 layers in 2
pieces take 0.8 of the time of 4."""
WORTH_TWO_CORES = 1_800_000
"""Multiply-adds per layer of a forward step from which a stack is trained in pieces, side by side.
Measured on two
cores: at 5e6 and 2e6 (75 networks on digits, 15 of 30 layers) the pieces take 0.7 of the time, at
1.5e6 (25 on digits) as long, at 3e5 (20 on red wine) 1.6 times: the threads that call the
operations one by one are in each other's way."""
GATHERED = 1_000_000
"""Numbers of shuffled training data that are copied at once (4 MB): all of MNIST would be 56 MB."""

MEASURED = 2000
"""Examples of the training split, at most, on which a training is measured by itself. All 18,000
of MNIST after each epoch took a third of its time; an accuracy of 95 % is known to a standard error
of half a point from 2,000, about as well as from the test set."""


def cut(
    n_models: int, n_parameters: int, n_layers: int, batch_size: int
) -> tuple[list[tuple[int, int]], bool]:
    """A stack in pieces (start, stop), and whether two cores share them. n_parameters: of one
    model.

    The models do not depend on each other, so the pieces meet only when their batches are through.
    """
    work = n_parameters * batch_size / n_layers  # of one model in a layer, on average
    pieces = max(1, round(n_models / max(CACHE / n_parameters, WORTH_A_CALL / work)))
    side_by_side = n_models > 1 and n_models * work >= WORTH_TWO_CORES
    if side_by_side:
        pieces += pieces % 2
    pieces = min(n_models, pieces)
    return [
        (i * n_models // pieces, (i + 1) * n_models // pieces) for i in range(pieces)
    ], side_by_side


def gathered_rows(features: int, batch_size: int) -> int:
    """Rows of shuffled training data that are copied at once: whole batches."""
    return max(1, GATHERED // (features + 1) // batch_size) * batch_size


def evaluated_rows(n_models: int, widest: int) -> int:
    """Rows evaluated at once: as many as keep the widest layer of all models within the cache."""
    return min(1024, max(64, 2**18 // (n_models * widest)))
