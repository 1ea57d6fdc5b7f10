"""Draw one network per scheme, and count, measure and predict its numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .... import metrics
from ....frames import Frames
from ....initializers import INITIALIZERS, Initializer, initialize_
from ....lazy import special, torch
from ....models import MLP
from ....training import one_thread
from .config import DEFAULT, DistributionsConfig


@dataclass(frozen=True, repr=False)
class Distributions(Frames):
    """The frames. scheme: that of the weights; parameter "bias" is always PyTorch's default.

    values: [scheme, layer, parameter, bin_left, bin_right, count], in bins shared by the layers of
        one scheme and parameter, so that the counts of all layers may be added up.
    moments: [scheme, layer, parameter, fan_in, fan_out, std_theory, std_measured, bound_theory,
        min, max]; std_measured divides by n; bound_theory is NaN where the distribution has no
        bound.
    theory: [scheme, layer, parameter, bin_left, bin_right, expected]: the count that the formula
        expects in each bin.
    """

    values: pd.DataFrame
    moments: pd.DataFrame
    theory: pd.DataFrame


@one_thread()
def distributions(config: DistributionsConfig = DistributionsConfig()) -> Distributions:
    """Draw one network per scheme in INITIALIZERS, and count, measure and predict its weights and
    biases.
    """
    schemes = list(INITIALIZERS)
    mlp = MLP([int(size) for size in config.sizes.split("-")], n_models=len(schemes))
    initialize_(
        mlp, [config.spec(s) for s in schemes], [config.seed] * len(schemes), biases=DEFAULT
    )
    moments, bins = [], []
    for model, scheme in enumerate(schemes):
        for parameter in ("weight", "bias"):
            law = INITIALIZERS[scheme if parameter == "weight" else DEFAULT]
            slope = config.negative_slope if law.parameter == "negative_slope" else None
            drawn = {layer: getattr(mlp, parameter)[layer][model] for layer in mlp.layers}
            edges = metrics.shared_bins(
                drawn.values(), config.bins // (1 if parameter == "weight" else 2)
            )
            for layer, tensor in drawn.items():
                fans = mlp.weight[layer].shape[2], mlp.weight[layer].shape[1]
                where = {"scheme": scheme, "layer": layer, "parameter": parameter}
                moments.append(where | _moments(law, slope, fans, tensor))
                counts = metrics.histogram(tensor, edges).numpy()
                bins.append(
                    (
                        where,
                        edges.numpy(),
                        counts,
                        expected(law, slope, fans, tensor.numel(), edges),
                    )
                )
    values, theory = _binned(bins)
    return Distributions(values, pd.DataFrame(moments), theory)


run = distributions


def _binned(
    bins: list[tuple[dict[str, str], np.ndarray, np.ndarray, np.ndarray]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The frames of counts and expected counts, each at once: 220 small ones would cost most of the
    run.
    """
    keys = ("scheme", "layer", "parameter")
    shared: dict[str, Any] = {
        key: [where[key] for where, _, counts, _ in bins for _ in range(len(counts))]
        for key in keys
    }
    shared["bin_left"] = np.concatenate([edges[:-1] for _, edges, _, _ in bins])
    shared["bin_right"] = np.concatenate([edges[1:] for _, edges, _, _ in bins])
    counted, hoped = (np.concatenate([part[i] for part in bins]) for i in (2, 3))
    return pd.DataFrame(shared | {"count": counted}), pd.DataFrame(shared | {"expected": hoped})


def _moments(
    law: Initializer, slope: float | None, fans: tuple[int, int], drawn: torch.Tensor
) -> dict[str, float]:
    bound = law.bound(*fans, slope)
    return {
        "fan_in": fans[0],
        "fan_out": fans[1],
        "std_theory": law.std(*fans, slope),
        "std_measured": float(drawn.double().std(correction=0)),
        "bound_theory": math.nan if bound is None else bound,
        "min": float(drawn.min()),
        "max": float(drawn.max()),
    }


def expected(
    law: Initializer, slope: float | None, fans: tuple[int, int], n: int, edges: torch.Tensor
) -> np.ndarray:
    """How many of n draws the law puts into each bin, float64 (bins,); the outermost bins take the
    tails.
    """
    std, bound = law.std(*fans, slope), law.bound(*fans, slope)
    if std == 0:  # a single value
        return n * metrics.histogram(torch.tensor([bound]), edges).double().numpy()
    below = n * _cdf(edges.numpy()[1:-1], std, bound)
    return np.diff(below, prepend=0.0, append=float(n))


def _cdf(x: np.ndarray, std: float, bound: float | None) -> np.ndarray:
    """Share of the distribution below x: normal without a bound, uniform, or an entry of an
    orthogonal matrix.

    Such an entry is one coordinate of a random unit vector in 1 / std^2 dimensions; its square
    follows a Beta(1/2, (dimensions - 1) / 2) distribution.
    """
    if bound is None:
        return special.ndtr(x / std)
    if math.isclose(bound, std * math.sqrt(3)):
        return np.clip((x + bound) / (2 * bound), 0, 1)
    dimensions = round(std**-2)
    inside = special.betainc(0.5, (dimensions - 1) / 2, np.minimum(x * x, 1.0))
    return 0.5 + 0.5 * np.sign(x) * inside
