"""Charts of the variance sweep (part 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from . import grammar
from .export import with_slider
from .figure import Figure
from .remembered import remembered
from .words import plural

PLATEAU = 0.05  # a std belongs to the plateau while its mean accuracy is this near to the best


@dataclass(frozen=True)
class Finding:
    """What a sweep shows. first, last: the plateau's stds; worst, best: mean accuracy on it; halved: the smallest
    std above it with less than half the best accuracy (None: none); top: accuracy at the largest std."""

    first: float
    last: float
    worst: float
    best: float
    halved: float | None
    top: float


def finding(final: pd.DataFrame) -> Finding:
    """The plateau and the cliff in `final` (means over seeds): the run of stds around the best one that is near it."""
    means = final.groupby("std")["accuracy"].mean().sort_index()
    near = (means >= means.max() - PLATEAU).to_numpy()
    at = int(np.argmax(means.to_numpy()))
    left, right = at, at
    while left > 0 and near[left - 1]:
        left -= 1
    while right < len(near) - 1 and near[right + 1]:
        right += 1
    plateau, above = means.iloc[left : right + 1], means.iloc[right + 1 :]
    fallen = above[above < means.max() / 2]
    return Finding(
        float(plateau.index[0]),
        float(plateau.index[-1]),
        float(plateau.min()),
        float(plateau.max()),
        float(fallen.index[0]) if len(fallen) else None,
        float(means.iloc[-1]),
    )


@remembered
def accuracy(final: pd.DataFrame) -> Figure:
    """Accuracy against the initial std: a point per network, the mean, the range over seeds."""
    f = finding(final)
    seeds = final["seed"].nunique()
    lost = int(final["diverged"].sum())
    title = f"From {f.first:.2g} to {f.last:.2g} the size hardly matters"
    title += (
        f"; at {f.halved:.2g} accuracy has halved"
        if f.halved
        else f"; at {final['std'].max():.2g} accuracy is down to {f.top:.0%}"
    )
    subtitle = (
        "Test accuracy, mean of the last three epochs, against the standard deviation of the first random weights and "
        f"biases. A point per network; line: mean; band: range over {plural(seeds, 'seed')}"
        + (f"; × {lost} diverged." if lost else ".")
    )
    chart = grammar.points_with_band(
        final,
        "std",
        "accuracy",
        x_title="initial standard deviation (log axis)",
        y_title="test accuracy",
        height=330,
    )
    alt_text = (
        f"Test accuracy against initial standard deviation: {f.worst:.0%} to {f.best:.0%} from {f.first:g} to {f.last:g}, "
        f"falling to {f.top:.0%} at {final['std'].max():g}."
    )
    return Figure("accuracy-by-std", title, subtitle, chart, alt_text, final)


@remembered
def weights(histograms: pd.DataFrame, stage: str = "after") -> Figure:
    """Share of the weights per bin, a line per std, on an axis that is linear near 0 and logarithmic beyond."""
    data = histograms[histograms["stage"] == stage].copy()
    data["value"] = (data["bin_left"] + data["bin_right"]) / 2
    data["share"] = data["count"] / data.groupby("std")["count"].transform("sum").clip(lower=1)
    spread = _spread(data)
    small, large = spread.iloc[0], spread.iloc[-1]
    title = (
        f"After training, weights that began at {spread.index[0]:g} have grown to a spread of {small:.2g}; "
        f"those that began at {spread.index[-1]:g} stay at {large:.2g}"
        if stage == "after"
        else f"Before training: {len(spread)} distributions of equal shape, each wider than the last"
    )
    colour = alt.Color(
        "std:Q",
        title="initial std",
        scale=alt.Scale(type="log", range=grammar.SEQUENCE, interpolate="rgb"),
        legend=alt.Legend(orient="top", gradientLength=220, values=[1e-4, 1e-2, 1, 10], format="~g"),
    )
    chart = (
        alt.Chart(data)
        .mark_line(strokeWidth=1.6, interpolate="monotone")
        .encode(
            x=alt.X(
                "value:Q",
                title="weight (log beyond ±0.02)",
                scale=alt.Scale(type="symlog", constant=0.02),
                axis=alt.Axis(values=_TICKS, format="~g"),
            ),
            y=alt.Y("share:Q", title="share of all weights", axis=alt.Axis(format="%")),
            color=colour,
            detail=alt.Detail("std:N"),
            tooltip=[
                alt.Tooltip("std:Q", title="initial std", format=".3~g"),
                alt.Tooltip("value:Q", format=".3~g"),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
        .properties(**grammar.view(240))
    )
    subtitle = f"All weights of the first seed's network for each initial standard deviation, {stage} training."
    alt_text = f"{title}. One line per initial standard deviation."

    def one() -> Any:
        return with_slider(_one_std(data), "std", heading="initial std")

    return Figure(f"weights-{stage}", title, subtitle, chart, alt_text, data, interactive=one)


_TICKS = [-30, -10, -3, -1, -0.3, -0.1, -0.03, 0, 0.03, 0.1, 0.3, 1, 3, 10, 30]


def _one_std(data: pd.DataFrame) -> alt.Chart:
    ends = [float(data["bin_left"].min()), float(data["bin_right"].max())]
    return (
        alt.Chart(data)
        .mark_area(opacity=0.6, line=True, color="series:xavier")
        .encode(
            x=alt.X(
                "value:Q",
                title="value of a weight",
                axis=alt.Axis(values=_TICKS, format="~g"),
                scale=alt.Scale(type="symlog", constant=0.02, domain=ends),
            ),
            y=alt.Y(
                "share:Q",
                title="share of all weights",
                axis=alt.Axis(format="%"),
                scale=alt.Scale(domain=[0, float(data["share"].max())]),
            ),
        )
        .properties(**grammar.view(280))
    )


def _spread(data: pd.DataFrame) -> pd.Series:
    """Standard deviation of the weights by initial std, from the histogram."""
    weighted = data.assign(square=data["value"] ** 2 * data["share"], mean=data["value"] * data["share"])
    sums = weighted.groupby("std")[["square", "mean"]].sum()
    return np.sqrt(sums["square"] - sums["mean"] ** 2)


@remembered
def requested(check: pd.DataFrame) -> Figure:
    """Measured against requested std, a point per parameter of each network."""
    off = (check["std_measured"] / check["std"] - 1).abs()
    large = off[check["n"] >= 1000].max()
    small = off[(check["n"] < 100) & (check["n"] > 1)].max()
    title = f"You get what you ask for: within {large:.0%} in large matrices, within {small:.0%} in small vectors"
    check = check[check["n"] > 1]  # one number has no spread
    data = check.assign(kind=np.where(check["parameter"] == "weight", "weights", "biases"))
    low, high = float(check["std"].min()), float(check["std"].max())
    line = (
        alt.Chart(pd.DataFrame({"std": [low, high], "std_measured": [low, high]}))
        .mark_line(strokeDash=grammar.DOTTED, strokeWidth=1.2, color="muted")
        .encode(x=alt.X("std"), y=alt.Y("std_measured"))
    )
    axis = grammar.quantity("std", check["std"], log=True, heading="requested standard deviation")
    axis_y = grammar.quantity("std_measured", check["std_measured"], log=True, heading="measured in the parameter")
    points = (
        alt.Chart(data)
        .mark_point(filled=True, opacity=0.7, size=36)
        .encode(
            x=alt.X("std", **axis),
            y=alt.Y("std_measured", **axis_y),
            shape=alt.Shape("kind:N", title=None, legend=alt.Legend(orient="top")),
            color=alt.Color(
                "kind:N",
                title=None,
                legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=["weights", "biases"], range=["series:xavier", "extra:1"]),
            ),
            tooltip=[
                alt.Tooltip("layer"),
                alt.Tooltip("parameter"),
                alt.Tooltip("n"),
                alt.Tooltip("std", format=".3~g"),
                alt.Tooltip("std_measured", format=".3~g"),
            ],
        )
    )
    chart = alt.layer(line, points).properties(**grammar.view(220))
    subtitle = "Each point is one weight matrix or bias vector of the first seed; dotted: equal."
    return Figure("requested-and-measured-std", title, subtitle, chart, title + ".", check)


@remembered
def learning(curves: pd.DataFrame, std: float, y: str = "accuracy") -> Figure:
    """Learning curves of one std, train and test, band over seeds."""
    data = curves[curves["std"] == std].assign(series=f"std {std:g}")
    last = data[(data["epoch"] == data["epoch"].max())].groupby("split")[y].mean()
    words = (
        f"{last['train']:.0%} on the training set and {last['test']:.0%} on the test set"
        if y == "accuracy"
        else (f"a loss of {last['train']:.3g} on the training set and {last['test']:.3g} on the test set")
    )
    title = f"Starting at std {std:.3g}, training ends at {words}"
    chart = grammar.curves(data, y, "series", order=[f"std {std:g}"], y_title=y, height=280)
    subtitle = "By epoch; solid: training set, dashed: test set; band: range over seeds."
    return Figure(f"learning-{y}", title, subtitle, chart, title + ".", data)


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: test accuracy against std after the epochs so far."""
    epoch = int(curves["epoch"].max())
    data = curves[(curves["epoch"] == epoch) & (curves["split"] == "test")]
    chart = grammar.points_with_band(
        data,
        "std",
        "accuracy",
        x_title="initial standard deviation (log axis)",
        y_title="test accuracy",
        height=330,
    )
    return Figure("live", f"After epoch {epoch}", "", chart, f"Test accuracy by std after epoch {epoch}.", data)
