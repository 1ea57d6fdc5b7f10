"""Ours against a plain loop as a course notebook writes it, and against JAX where it is installed,
in one run.

    python -m benchmarks.compare            all cases
    python -m benchmarks.compare digits     the cases whose name contains "digits"

Prints, per case: model-epochs per second of each, the ratios by the clock and by the processors'
seconds, which say more beside other work, our arithmetic as a share of a matrix product's speed on
the same machine (one thread, as our trainings run), and the peak memory of the process. The
red-wine and MNIST cases need their files: set WEIGHTKIT_DATA to the folder that holds them.
"""

from __future__ import annotations

import importlib.util
import resource
import statistics
import sys
import time
from dataclasses import dataclass

import torch
from torch import nn

from weightkit import MLP, TrainConfig, datasets, initialize_, train
from weightkit.pieces import MEASURED
from weightkit.pruning import prune_

REPEATS = 3  # the median of this many, each beside its rivals, since machines are shared and noisy


@dataclass(frozen=True)
class Case:
    """`models` networks of `hidden` units; ours and JAX train them all for `epochs`, the plain loop
    one for one. kept: the share of the weights that are not taken out, at random.
    """

    name: str
    dataset: str
    hidden: tuple[int, ...]
    models: int
    optimizer: str
    epochs: int
    goal: float | None
    batch: int = 32
    kept: float = 1.0

    def sizes(self, data) -> tuple[int, ...]:
        return (data.n_features, *self.hidden, data.n_outputs)


CASES = [
    Case("digits sweep: 25 standard deviations", "digits", (64, 32, 32), 25, "adam", 3, 25),
    Case("digits, a single network", "digits", (64, 32, 32), 1, "adam", 3, None),
    Case("red-wine contest: 2 x 10 networks", "wine_quality", (16, 32, 32), 20, "sgd", 10, 40),
    Case("MNIST sweep: 25 standard deviations", "mnist", (64, 32, 32), 25, "adam", 1, 8),
    Case("depth contest: 3 x 3 of 30 layers", "digits", (64,) * 29, 9, "momentum", 2, None, 64),
    Case("lottery: 3 x 3 tickets", "digits", (128, 64), 9, "adam", 3, None, 60, kept=0.06),
]


def masks(case: Case, sizes: tuple[int, ...]) -> list[torch.Tensor]:
    """Which weights of each layer are kept, (models, fan_out, fan_in) of True and False."""
    g = torch.Generator().manual_seed(0)
    pairs = zip(sizes, sizes[1:], strict=False)
    return [torch.rand(case.models, o, i, generator=g) < case.kept for i, o in pairs]


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock and of the processors, all threads."""

    clock: float
    cpu: float

    @classmethod
    def now(cls) -> Spent:
        return cls(time.perf_counter(), time.process_time())

    def times(self, factor: float) -> Spent:
        return Spent(self.clock * factor, self.cpu * factor)

    def since(self, start: Spent) -> Spent:
        return Spent(self.clock - start.clock, self.cpu - start.cpu)


def plain(case: Case, data) -> Spent:
    """Seconds for one network and one epoch of the notebook's loop: DataLoader, accuracy per batch,
    test accuracy.
    """
    sizes = case.sizes(data)
    modules: list[nn.Module] = []
    for fan_in, fan_out in zip(sizes, sizes[1:], strict=False):
        modules += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    net = nn.Sequential(*modules[:-1])
    binary = data.task == "binary"
    loss_function = nn.BCEWithLogitsLoss() if binary else nn.CrossEntropyLoss()
    optimizer: torch.optim.Optimizer
    if case.optimizer == "adam":
        optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    else:
        momentum = 0.9 if case.optimizer == "momentum" else 0.0
        optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=momentum)
    kept = [(layer, mask[0]) for layer, mask in zip(net[::2], masks(case, sizes), strict=True)]

    def prune() -> None:
        with torch.no_grad():
            for layer, mask in kept if case.kept < 1 else ():
                layer.weight.mul_(mask)

    prune()
    sets = [
        torch.utils.data.TensorDataset(data.x_train, data.y_train),
        torch.utils.data.TensorDataset(data.x_test, data.y_test),
    ]
    train_loader = torch.utils.data.DataLoader(sets[0], batch_size=case.batch, shuffle=True)
    test_loader = torch.utils.data.DataLoader(sets[1], batch_size=len(sets[1]))

    def accuracy(logits, y):
        right = ((logits > 0) == (y > 0.5)) if binary else logits.argmax(1) == y
        return 100 * right.float().mean().item()

    start = Spent.now()
    losses, accuracies = [], []
    for x, y in train_loader:
        logits = net(x)[:, 0] if binary else net(x)
        loss = loss_function(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        prune()
        losses.append(loss.item())
        accuracies.append(accuracy(logits, y))
    x, y = next(iter(test_loader))
    with torch.no_grad():
        accuracy(net(x)[:, 0] if binary else net(x), y)
    return Spent.now().since(start)


def ours(case: Case, data) -> Spent:
    """Seconds per epoch of the whole stack, measured after each epoch on both splits, of the
    training split on MEASURED examples at most.
    """
    mlp = initialize_(
        MLP(case.sizes(data), n_models=case.models), "kaiming_normal", list(range(case.models))
    )
    if case.kept < 1:
        prune_(mlp, dict(zip(mlp.layers, masks(case, mlp.sizes), strict=True)))
    how = TrainConfig(
        epochs=case.epochs,
        batch_size=case.batch,
        optimizer=case.optimizer,
        learning_rate=0.01,
    )
    epochs = train(mlp, data, how)
    next(epochs)
    start = Spent.now()
    for _ in epochs:
        pass
    return Spent.now().since(start).times(1 / case.epochs)


def with_jax(case: Case, data) -> Spent:
    """Seconds per epoch of the whole stack with jit + vmap + scan, compiled before; loss and
    accuracy of both splits on as many examples as ours.
    """
    import jax
    import jax.numpy as jnp

    sizes = case.sizes(data)
    keys = jax.random.split(jax.random.PRNGKey(0), len(sizes) - 1)
    params = [
        (jax.random.normal(k, (case.models, o, i)) * (2 / i) ** 0.5, jnp.zeros((case.models, o)))
        for k, i, o in zip(keys, sizes, sizes[1:], strict=False)
    ]
    x, y = jnp.asarray(data.x_train.numpy()), jnp.asarray(data.y_train.numpy())
    x_test, y_test = jnp.asarray(data.x_test.numpy()), jnp.asarray(data.y_test.numpy())
    binary, whole = data.task == "binary", len(x) // case.batch * case.batch
    kept = [jnp.asarray(mask.numpy()) for mask in masks(case, sizes)]

    def pruned(p):
        return [(w * mask, b) for (w, b), mask in zip(p, kept, strict=True)]

    params = pruned(params)

    def logits(p, xb):
        for w, b in p[:-1]:
            xb = jax.nn.relu(xb @ w.T + b)
        return xb @ p[-1][0].T + p[-1][1]

    def loss(p, xb, yb):
        z = logits(p, xb)
        if binary:
            return jnp.mean(jax.nn.softplus(z[:, 0]) - yb * z[:, 0])
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(z), yb[:, None], 1))

    def right(p, xb, yb):
        z = logits(p, xb)
        return jnp.mean((z[:, 0] > 0) == (yb > 0.5) if binary else z.argmax(1) == yb)

    def adam(p, g, m, v, t):
        m = jax.tree.map(lambda a, b: 0.9 * a + 0.1 * b, m, g)
        v = jax.tree.map(lambda a, b: 0.999 * a + 0.001 * b * b, v, g)
        p = jax.tree.map(
            lambda w, a, b: w - 0.01 * (a / (1 - 0.9**t)) / (jnp.sqrt(b / (1 - 0.999**t)) + 1e-8),
            p,
            m,
            v,
        )
        return p, m, v

    def step(carry, batch):
        p, m, v, t = carry
        g = jax.vmap(jax.grad(loss), (0, None, None))(p, *batch)
        if case.optimizer == "adam":
            p, m, v = adam(p, g, m, v, t + 1)
        else:
            momentum = 0.9 if case.optimizer == "momentum" else 0.0
            m = jax.tree.map(lambda a, d: momentum * a + d, m, g)
            p = jax.tree.map(lambda w, d: w - 0.01 * d, p, m)
        return (pruned(p) if case.kept < 1 else p, m, v, t + 1), None

    @jax.jit
    def epoch(carry, key):
        order = jax.random.permutation(key, len(x))
        xs, ys = x[order], y[order]
        carry, _ = jax.lax.scan(
            step,
            carry,
            (
                xs[:whole].reshape(-1, case.batch, x.shape[1]),
                ys[:whole].reshape(-1, case.batch),
            ),
        )
        if whole < len(x):
            carry, _ = step(carry, (xs[whole:], ys[whole:]))
        seen = (x[:MEASURED], y[:MEASURED]), (x_test, y_test)
        losses = [
            jax.vmap(measure, (0, None, None))(carry[0], *split)
            for split in seen
            for measure in (loss, right)
        ]
        return carry, losses

    zeros = jax.tree.map(jnp.zeros_like, params)
    carry = (params, zeros, zeros, 0)
    jax.block_until_ready(epoch(carry, keys[0]))
    start = Spent.now()
    for _ in range(case.epochs):
        carry, losses = epoch(carry, keys[0])
    jax.block_until_ready((carry, losses))
    return Spent.now().since(start).times(1 / case.epochs)


def _median(rows: list[tuple[Spent, ...]], who: int, kind: str) -> float:
    """The median of a rival's time to ours."""
    return statistics.median(getattr(row[who], kind) / getattr(row[1], kind) for row in rows)


def gflops(case: Case, data, seconds: float) -> float:
    """Arithmetic of one epoch (forward, both products backward, none for the data's gradient; both
    evaluations).
    """
    sizes = case.sizes(data)
    products = [i * o for i, o in zip(sizes, sizes[1:], strict=False)]
    per_sample = 3 * sum(products) - products[0]
    evaluated = sum(products) * (min(MEASURED, len(data.x_train)) + len(data.x_test))
    return 2e-9 * case.models * (per_sample * len(data.x_train) + evaluated) / seconds


def matrix_product() -> float:
    """GFLOP/s of a 1024 x 1024 product on one thread: what this machine can do."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    a = torch.randn(1024, 1024, generator=torch.Generator().manual_seed(0))
    best = float("inf")
    for _ in range(8):
        start = time.perf_counter()
        a @ a
        best = min(best, time.perf_counter() - start)
    torch.set_num_threads(threads)
    return 2 * 1024**3 / best / 1e9


def main(words: list[str]) -> int:
    has_jax = importlib.util.find_spec("jax") is not None
    print(
        f"a matrix product on one thread: {matrix_product():.0f} GFLOP/s; JAX:"
        f" {'yes' if has_jax else 'not installed'}"
    )
    missed = 0
    for case in CASES:
        if words and not any(w.lower() in case.name.lower() for w in words):
            continue
        try:
            data = datasets.load(case.dataset)
        except datasets.DatasetUnavailable as why:
            print(f"\n{case.name}: skipped. {why}")
            continue
        rows = []
        plain(case, data), ours(case, data)  # imports and first calls are not counted
        for _ in range(REPEATS):
            loop = plain(case, data).times(case.models)
            rows.append((loop, ours(case, data), *([with_jax(case, data)] if has_jax else [])))
        names = ("plain loop", "weightkit", "JAX")[: len(rows[0])]
        print(f"\n{case.name}: one epoch of all {case.models}")
        stack = statistics.median(row[1].clock for row in rows)
        for who, name in enumerate(names):
            took = statistics.median(row[who].clock for row in rows)
            print(
                f"  {name:<10} {took:8.3f} s   {case.models / took:8.1f} model-epochs/s   its time"
                f" to ours: {_median(rows, who, 'clock'):5.2f} by the clock,"
                f" {_median(rows, who, 'cpu'):5.2f} of the processors"
            )
        ratio = _median(rows, 0, "clock")
        done = gflops(case, data, stack)
        print(f"  {done:.1f} GFLOP/s, {done / matrix_product():.0%} of a matrix product")
        if case.goal and ratio < case.goal:
            missed += 1
            print(f"  below the goal of {case.goal:g} x")
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
