"""What the corners of every view take, against what was estimated for them.

    python -m benchmarks.corners                 all views; writes docs/corners.md
    python -m benchmarks.corners landscape map   the views whose name contains one of the words;
    writes nothing python -m benchmarks.corners --full          nothing is cut short: takes an hour
    on two quiet cores

A corner is found from the estimates alone: for each mixture of choices, fields are pushed to their
ends, the one that costs most last, and as far as the limits let them. What would then take longer
than SHORT is cut short, in a field that hardly matters to memory; estimates are those of what ran.
Each corner runs in a fresh process with two threads, after a small run of the same view; measured
are the peak of its resident memory above that, and the time. MNIST is stood in for by random
images, as many as the app ever loads.
"""

from __future__ import annotations

import importlib
import inspect
import json
import math
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from weightkit.costs import MAX_BYTES, MAX_SECONDS, Cost
from weightkit.datasets import DATASETS
from weightkit.lessons.weight_changes.shape.experiment import starts_cost

SHORT = 2.0  # seconds
TABLE = Path(__file__).resolve().parents[1] / "docs" / "corners.md"


@dataclass(frozen=True)
class View:
    """work(config) of a lesson. ends: choices to start from; first: fields in the order in which
    they are pushed.
    """

    name: str
    lesson: str
    work: str
    config: str
    ends: tuple[dict, ...]
    first: tuple[tuple[str, ...], ...]


RECTANGULAR = "100-400-100-25-100-2"
MNIST, SMALL = {"dataset": "mnist"}, {"dataset": "digits"}
VIEWS = [
    View(
        "same value",
        "same_value_init",
        "run",
        "Config",
        (MNIST, SMALL),
        (("conditions", "n_seeds", "epochs"), ("epochs", "n_seeds", "conditions")),
    ),
    View(
        "noise",
        "same_value_init",
        "noisy_starts",
        "NoiseConfig",
        (MNIST, SMALL),
        (("n_noises", "n_seeds", "epochs"), ("epochs", "n_seeds", "n_noises")),
    ),
    View(
        "biases",
        "same_value_init",
        "hidden_biases",
        "BiasConfig",
        (MNIST, SMALL),
        (("n_biases", "n_seeds", "epochs"), ("epochs", "n_seeds", "n_biases")),
    ),
    View(
        "signal",
        "signal_propagation",
        "run",
        "Config",
        ({}, {"activation": "tanh"}),
        (
            ("depth", "width", "samples", "inits", "n_seeds"),
            ("n_seeds", "inits", "depth", "width"),
            ("width", "samples", "depth", "n_seeds"),
        ),
    ),
    View(
        "histograms",
        "signal_propagation",
        "histograms",
        "HistogramConfig",
        (MNIST, SMALL),
        (
            ("width", "samples", "depth", "inits", "n_seeds"),
            ("inits", "n_seeds", "depth", "samples", "width"),
        ),
    ),
    View(
        "depth contest",
        "signal_propagation",
        "depth_contest",
        "DepthConfig",
        (
            SMALL,
            MNIST,
            {"normalization": "layer", "batch_size": 16, "width": 8},
            {"optimizer": "adam", "normalization": "layer"},
        ),
        (
            ("depth", "width", "inits", "n_seeds", "batch_size", "epochs"),
            ("epochs", "depth", "n_seeds", "inits"),
            ("n_seeds", "inits", "depth", "width", "epochs"),
        ),
    ),
    View(
        "depth map",
        "signal_propagation",
        "depth_map",
        "MapConfig",
        (SMALL, MNIST, {"normalization": "layer", "by": "std"}),
        (
            ("width", "n_seeds", "inits", "batch_size", "n_stds", "depths", "epochs"),
            ("epochs", "depths", "n_seeds", "inits"),
        ),
    ),
    View(
        "two inputs",
        "signal_propagation",
        "input_pairs",
        "InputsConfig",
        (
            SMALL,
            MNIST,
            {"activation": "linear", "bias_std": 0.0, "reach": 8.0},
            {"batch_size": 8, "width": 8},
        ),
        (
            ("width", "depth", "n_stds", "n_seeds", "samples", "batch_size", "epochs"),
            ("epochs", "depth", "n_stds", "n_seeds"),
        ),
    ),
    View(
        "saddles",
        "signal_propagation",
        "saddles",
        "SaddlesConfig",
        (SMALL, {"dataset": "breast_cancer"}, {"optimizer": "momentum"}),
        (("width", "samples", "n_seeds", "steps"), ("steps", "n_seeds", "samples", "width")),
    ),
    View(
        "landscape",
        "signal_propagation",
        "landscape",
        "LandscapeConfig",
        (MNIST, SMALL, {"plane": "path", **MNIST}, {"plane": "path"}),
        (
            ("width", "depth", "epochs", "resolution", "samples"),
            ("resolution", "samples", "depth", "width"),
        ),
    ),
    View(
        "landscape path",
        "signal_propagation",
        "landscape_path",
        "LandscapeConfig",
        ({"plane": "path", **MNIST}, {"plane": "path"}),
        (("width", "depth", "epochs"),),
    ),
    View(
        "sweep",
        "variance_sweep",
        "run",
        "Config",
        (MNIST, SMALL),
        (("n_stds", "n_seeds", "epochs"), ("epochs", "n_seeds", "n_stds")),
    ),
    View(
        "lazy and rich",
        "lazy_rich",
        "run",
        "Config",
        (MNIST, SMALL),
        (("samples", "width", "n_scales", "n_seeds", "depth", "steps"), ("steps", "n_seeds")),
    ),
    View(
        "same function",
        "same_function",
        "run",
        "Config",
        (MNIST, SMALL, {"batch_size": 8}),
        (
            ("width", "depth", "n_seeds", "points", "epochs"),
            ("n_seeds", "points", "epochs", "width"),
        ),
    ),
    View(
        "contest",
        "xavier_kaiming",
        "run",
        "Config",
        (
            {"hidden": "64-64-64", "dropout": 0.5, "dataset": "wine_quality"},
            {"dataset": "wine_quality"},
            {"batch_size": 8},
        ),
        (("n_seeds", "batch_size", "epochs"), ("epochs", "n_seeds")),
    ),
    View(
        "apart",
        "xavier_kaiming",
        "apart",
        "Config",
        ({"hidden": "64-64-64"},),
        (("n_seeds", "epochs"),),
    ),
    View("identical", "identical_random", "run", "Config", ({"batch_size": 4},), (("epochs",),)),
    View(
        "freezing",
        "freezing",
        "run",
        "Config",
        (MNIST, SMALL),
        (("conditions", "n_seeds", "epochs"), ("epochs", "n_seeds")),
    ),
    View(
        "transfer",
        "freezing",
        "transfer",
        "TransferConfig",
        (MNIST, {"task": "inverted images", **MNIST}, {"batch_size": 8}),
        (("n_seeds", "pretrain_epochs", "epochs"), ("epochs", "n_seeds")),
    ),
    View(
        "frozen norm",
        "freezing",
        "freeze_norm",
        "BatchNormConfig",
        (MNIST, SMALL, {"batch_size": 8}),
        (("n_seeds", "before", "epochs"), ("epochs", "n_seeds")),
    ),
    View(
        "weight changes",
        "weight_changes",
        "run",
        "Config",
        (MNIST, SMALL, {"l1": 0.1, "optimizer": "adam", **MNIST}),
        (("n_seeds", "epochs"), ("epochs", "n_seeds")),
    ),
    View(
        "regularization",
        "weight_changes",
        "compare",
        "ComparedConfig",
        (MNIST, SMALL),
        (("n_seeds", "epochs"), ("epochs", "n_seeds")),
    ),
    View(
        "fates",
        "weight_changes",
        "fates",
        "Config",
        (MNIST, SMALL),
        (("n_seeds", "epochs"), ("epochs", "n_seeds")),
    ),
    View(
        "lottery",
        "lottery_ticket",
        "run",
        "Config",
        ({**MNIST, "hidden": "300-100"}, {**SMALL, "hidden": "64-32"}),
        (("n_seeds", "rounds", "epochs"), ("epochs", "n_seeds", "rounds")),
    ),
    View(
        "residual",
        "scaling",
        "run",
        "Config",
        (SMALL, MNIST, {"batch_size": 512}),
        (
            ("width", "blocks", "n_seeds", "epochs"),
            ("epochs", "n_seeds", "blocks"),
        ),
    ),
    View(
        "width",
        "scaling",
        "widths",
        "WidthConfig",
        ({"largest": 512}, {**MNIST, "largest": 512}),
        (("n_rates", "n_seeds", "epochs"), ("epochs", "n_rates", "n_seeds")),
    ),
    View("starts", "weight_changes", "starts", "Config", (MNIST,), ((),)),
    View(
        "distributions",
        "xavier_kaiming",
        "distributions",
        "DistributionsConfig",
        ({"sizes": RECTANGULAR},),
        (("bins",),),
    ),
    View(
        "matrix sizes",
        "matrix_sizes",
        "run",
        "Config",
        ({"sizes": (128,) * 9, "chain": ((128, 128),) * 8, "n_features": 128},),
        (("n_samples",),),
    ),
    View("loops", "freezing.loop", "run", "LoopConfig", ({},), (("epochs",),)),
]


def made(view: View, settings: dict) -> Any:
    """The Config."""
    return getattr(_module(view), view.config)(**settings)


def _module(view: View) -> Any:
    return importlib.import_module(f"weightkit.lessons.{view.lesson}")


def fields_of(view: View) -> dict[str, Any]:
    return {f.name: f for f in fields(getattr(_module(view), view.config))}


def accepted(view: View, settings: dict) -> bool:
    """Whether these settings can be run: by the Config and, where the work has a limit of its own,
    by that.
    """
    try:
        return estimate(view, settings).seconds <= MAX_SECONDS
    except ValueError:
        return False


def ends_of(field: Any) -> list:
    """Values of a field from the smallest on, the largest last."""
    meta, value = field.metadata, field.default
    if "most" in meta and "options" in meta:
        options = list(meta["options"])
        return [tuple(islice(options, n)) for n in range(1, len(options) + 1)]
    if "most" in meta:
        return [tuple([int(meta["high"])] * n) for n in range(1, meta["most"] + 1)]
    if "options" in meta:
        return list(meta["options"])
    low, high = meta["low"], meta["high"]
    steps = sorted({*range(int(low), int(high) + 1, max(1, int(high - low) // 64)), int(high)})
    return steps if isinstance(value, int) else [low, high]


def pushed(view: View, settings: dict, names: tuple[str, ...]) -> dict:
    """`settings` with each of these fields as far up as it can go, in this order."""
    by_name = fields_of(view)
    for name in names:
        for value in reversed(ends_of(by_name[name])):
            if accepted(view, {**settings, name: value}):
                settings = {**settings, name: value}
                break
    return settings


def smallest(view: View) -> dict:
    """The fields that are pushed, all at their smallest: where pushing begins."""
    names = {name for order in view.first for name in order}
    return {name: ends_of(f)[0] for name, f in fields_of(view).items() if name in names}


def corners(view: View) -> Iterator[dict]:
    seen: list[dict] = []
    for ends in view.ends:
        for order in view.first:
            found = pushed(view, {**smallest(view), **ends}, order)
            if accepted(view, found) and found not in seen:
                seen.append(found)
                yield found


def cut_short(view: View, settings: dict) -> dict:
    """The same with less of what mostly costs time, down to SHORT; `part`: of so many examples, one
    is taken.
    """
    names = {
        "signal": ("n_seeds",),
        "histograms": (),
        "landscape": ("resolution",),
        "saddles": ("steps", "n_seeds"),
        "lazy and rich": ("steps",),
    }.get(view.name, ("pretrain_epochs", "epochs"))
    for name in names:
        while estimate(view, settings).seconds > SHORT and settings.get(name, 0) > 1:
            less = {**settings, name: max(settings[name] * 3 // 4, 1)}
            if not accepted(view, less):  # fewer, but cut into larger pieces
                return settings
            settings = less
    long = estimate(view, settings).seconds / SHORT
    few = {**settings, "part": math.ceil(long)}
    return (
        few
        if long > 2 and "epochs" in settings and view.name != "transfer" and accepted(view, few)
        else settings
    )


@contextmanager
def fewer(settings: dict) -> Iterator[dict]:
    """Of `part` examples of the data, only one is there: the settings without `part`, for the time
    of the block.
    """
    settings = dict(settings)
    part, name = settings.pop("part", 1), settings.get("dataset", "digits")
    whole = DATASETS[name]
    size = replace(whole.size, train=whole.size.train // part, test=whole.size.test // part)
    DATASETS[name] = replace(whole, size=size)
    try:
        yield settings
    finally:
        DATASETS[name] = whole


def estimate(view: View, settings: dict) -> Cost:
    with fewer(settings) as few:
        return _estimate(view, few)


def _estimate(view: View, settings: dict) -> Cost:
    config = made(view, settings)
    if view.work == "starts":  # what its page does after a training
        return starts_cost(config)
    cost: Cost = config.cost
    factor = (1.4, 1.5) if view.work == "apart" else (1.0, 1.0)
    return Cost(cost.bytes * factor[0], cost.seconds * factor[1])


# ---------------------------------------------------------------- in the fresh process


def images() -> None:
    """Random images of MNIST's shape, as many as the app ever loads."""
    import torch

    from weightkit import datasets

    size, g = DATASETS["mnist"].size, torch.Generator().manual_seed(0)
    x = [
        torch.empty(n, size.features).bernoulli_(0.2, generator=g) for n in (size.train, size.test)
    ]
    y = [torch.randint(size.outputs, (n,), generator=g) for n in (size.train, size.test)]
    datasets._cache["mnist"] = datasets.Dataset("mnist", x[0], y[0], x[1], y[1], "multiclass")


def peak() -> int:
    """Bytes of the largest resident memory since `forget`."""
    line = next(
        line
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmHWM")
    )
    return int(line.split()[1]) * 1024


def forget() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def loaded(settings: dict) -> None:
    """The data of these settings, in as many examples as DATASETS now says."""
    from weightkit import datasets

    name = settings.get("dataset", "digits")
    if name == "mnist":
        images()
    elif name in DATASETS:
        d, size = datasets.load(name), DATASETS[name].size
        few = {"x_train": d.x_train[: size.train], "y_train": d.y_train[: size.train]}
        datasets._cache[name] = replace(
            d, **few, x_test=d.x_test[: size.test], y_test=d.y_test[: size.test]
        )


def measure(view: View, settings: dict, *beside: tuple[View, dict]) -> dict:
    """Run it: {"bytes", "seconds", "cpu"}; the runner of the app keeps live curves, and so does
    this.

    beside: what runs at the same time, in threads of their own.
    """
    from weightkit.ui import memory

    memory.frugal()
    with fewer(settings) as asked:
        jobs = [(view, asked), *beside]
        for one, given in jobs:
            loaded(given)
            small = (
                {**smallest(one), "dataset": given["dataset"]}
                if "dataset" in given
                else smallest(one)
            )
            getattr(_module(one), one.work)(
                made(one, {**small, "batch_size": 360} if "batch_size" in fields_of(one) else small)
            )
        kept: list = []

        def run(job: tuple[View, dict]) -> Any:
            work = getattr(_module(job[0]), job[0].work)
            hooks = (
                {"on_curves": kept.append}
                if "on_curves" in inspect.signature(work).parameters
                else {}
            )
            return work(made(*job), **hooks)

        memory._glibc().malloc_trim(0)
        forget()
        before, start, cpu = peak(), time.perf_counter(), time.process_time()
        with ThreadPoolExecutor(len(jobs)) as pool:
            results = list(pool.map(run, jobs))
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        assert all(result is not None for result in results)
    return {"bytes": peak() - before, "seconds": seconds, "cpu": cpu}


def in_a_fork(view: View, settings: dict, *beside: tuple[View, dict]) -> dict:
    """`measure` in a process of its own, which starts with everything imported and nothing computed
    yet.
    """
    for one in VIEWS:
        _module(one)
    for library in ("torch", "pandas", "scipy.special", "scipy.optimize"):
        importlib.import_module(library)
    with get_context("fork").Pool(1) as pool:
        return pool.apply(measure, (view, settings, *beside))


def two_at_once() -> tuple[str, dict, Cost, dict]:
    """The largest landscape and the deepest contest of MNIST and digits, in two threads of one
    process.
    """
    views = {view.name: view for view in VIEWS}
    pairs = []
    for name in ("depth contest", "histograms"):
        best = max(corners(views[name]), key=lambda s: estimate(views[name], s).bytes)
        pairs.append((views[name], cut_short(views[name], best)))
    (one, asked), (other, asked_too) = pairs
    asked.pop("part", None), asked_too.pop("part", None)
    found = in_a_fork(one, asked, (other, asked_too))
    return (
        f"{one.name} and {other.name}, at once",
        {**asked, **asked_too},
        estimate(one, asked) + estimate(other, asked_too),
        found,
    )


def main(words: list[str]) -> int:
    if words[:1] == ["--run"]:
        settings = {
            k: tuple(v) if isinstance(v, list) else v for k, v in json.loads(words[2]).items()
        }
        print(json.dumps(measure(next(v for v in VIEWS if v.name == words[1]), settings)))
        return 0
    rows, limit, full = [], MAX_BYTES / 1e6, "--full" in words
    words = [word for word in words if word != "--full"]
    for view in VIEWS:
        if words and not any(word in view.name for word in words):
            continue
        for whole in corners(view):
            settings = whole if full else cut_short(view, whole)
            rows.append((view.name, settings, estimate(view, settings), in_a_fork(view, settings)))
            print(line(*rows[-1]), flush=True)
            if not words:
                write(
                    rows,
                    summary_of(rows)
                    + " Not all views have been looked at: the command was ended before.",
                )
    if not words or "two" in words:
        rows.append(two_at_once())
        print(line(*rows[-1]), flush=True)
    if not words:
        write(rows, summary_of(rows))
    print(summary_of(rows))
    return int(
        any(
            found["bytes"] / 1e6 > limit * (1 + name.endswith("at once")) + 10
            for name, _, _, found in rows
        )
    )


def summary_of(rows: list) -> str:
    memory = max(found["bytes"] / cost.bytes for _, _, cost, found in rows)
    # On a machine with other work to do, what the processor spent says more than the clock.
    ratios = [
        min(found["seconds"], found["cpu"]) / cost.seconds
        for _, _, cost, found in rows
        if cost.seconds > 1
    ]
    most = max(found["bytes"] for *_, found in rows) / 1e6
    return (
        f"{len(rows)} corners. Measured over estimated: memory at most {memory:.2f}; time (runs of"
        " over 1 s; by the clock or by the processor, whichever is less)"
        f" {min(ratios, default=1):.2f} to {max(ratios, default=1):.2f}. Most memory {most:.0f} MB"
        f" (limit {MAX_BYTES / 1e6:.0f}), longest {max(found['seconds'] for *_, found in rows):.0f}"
        f" s (limit {MAX_SECONDS:.0f})."
    )


def line(name: str, settings: dict, cost: Cost, found: dict) -> str:
    said = ", ".join(
        f"{k} {len(v) if isinstance(v, (tuple, list)) else v}" for k, v in settings.items()
    )
    return (
        f"| {name} | {said} | {cost.bytes / 1e6:.0f} | {found['bytes'] / 1e6:.0f} |"
        f" {cost.seconds:.1f} | {found['seconds']:.1f} | {found['cpu']:.1f} |"
    )


def write(rows: list, summary: str) -> None:
    TABLE.parent.mkdir(exist_ok=True)
    head = (
        "# Corners: what the largest allowed settings take\n\nWritten by `python -m"
        " benchmarks.corners`. Memory in MB above the server and the data, time in seconds (of the"
        f" clock, then of the processor); of tuples, the number of entries.\n\n{summary}\n\n| view"
        " | settings | MB estimated | MB measured | s estimated | s measured | s of CPU"
        " |\n|---|---|--:|--:|--:|--:|--:|\n"
    )
    TABLE.write_text(head + "\n".join(line(*row) for row in rows) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
