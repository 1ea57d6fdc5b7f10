"""Frames of every kind, and one chart of every building block."""

import math

import numpy as np
import pandas as pd

from weightkit.charts import grammar

SCHEMES = [
    "xavier_normal",
    "xavier_uniform",
    "kaiming_normal",
    "kaiming_uniform",
    "pytorch_default",
    "orthogonal",
]
LAYERS = ["input", "fc1", "fc2", "fc3", "output"]


def curves_frame(names, epochs=10, seeds=3, splits=("train", "test"), lost=()):
    """Accuracy and loss that rise and fall; (name, seed) pairs in `lost` diverge at epoch 4."""
    rng = np.random.default_rng(0)
    rows = []
    for place, name in enumerate(names):
        for seed in range(seeds):
            for epoch in range(epochs + 1):
                for split in splits:
                    gone = (name, seed) in lost and epoch >= 4
                    loss = math.exp(-epoch / 5) + 0.1 * place + 0.01 * rng.random()
                    rows.append(
                        {
                            "init": name,
                            "seed": seed,
                            "epoch": epoch,
                            "split": split,
                            "diverged": gone,
                            "accuracy": 1 - loss / 3,
                            "loss": math.nan if gone else loss,
                        }
                    )
    return pd.DataFrame(rows)


def histogram_frame(stages=("before", "after")):
    rng = np.random.default_rng(0)
    rows = []
    for layer in LAYERS:
        for stage in stages:
            counts, edges = np.histogram(rng.normal(size=500), 20, range=(-3, 3))
            rows += [
                {
                    "layer": layer,
                    "stage": stage,
                    "bin_left": edges[i],
                    "bin_right": edges[i + 1],
                    "count": n,
                }
                for i, n in enumerate(counts)
            ]
    return pd.DataFrame(rows)


def sweep_frame():
    return pd.DataFrame(
        {"std": s, "seed": seed, "accuracy": 0.9 if s < 1 else 0.2, "diverged": s > 5 and seed == 1}
        for s in np.logspace(-4, 1, 11)
        for seed in range(3)
    )


def index_frame(n=50):
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {"network": name, "index": i, "value": rng.normal()}
        for name in ("1a", "2")
        for i in range(n)
    )


def signal_frame():
    return pd.DataFrame(
        {"init": name, "layer": i, "seed": s, "std": gain**i * (1 + 0.1 * s), "std_theory": gain**i}
        for name, gain in (("kaiming_normal", 1.0), ("pytorch_default", 0.4))
        for i in range(31)
        for s in range(3)
    )


def blocks():
    """One chart of every kind."""
    heat = pd.DataFrame(
        {"unit": i, "epoch": j, "cosine": math.sin(i + j)} for i in range(6) for j in range(5)
    )
    return {
        "four": grammar.curves(curves_frame(SCHEMES[1:5]), "accuracy", "init"),
        "many": grammar.curves(
            curves_frame([*SCHEMES, "zeros"], splits=["test"]), "accuracy", "init"
        ),
        "lost": grammar.curves(
            curves_frame(["baseline", "all zero"], lost=[("all zero", 1)]),
            "loss",
            "init",
            log_y=True,
        )
        + grammar.marker(5, "all learn"),
        "theory": grammar.curves(
            signal_frame(), "std", "init", x="layer", log_y=True, theory="std_theory", band="ci95"
        ),
        "sweep": grammar.points_with_band(sweep_frame(), "std", "accuracy"),
        "overlaid": grammar.histograms(histogram_frame(), "stage", density=True),
        "shelves": grammar.histograms(histogram_frame(), "stage", rows="layer"),
        "heat": grammar.heatmap(heat, "epoch", "unit", "cosine"),
        "diverging": grammar.heatmap(heat, "epoch", "unit", "cosine", midpoint=0),
        "index": grammar.index_plot(index_frame(), "network"),
    }
