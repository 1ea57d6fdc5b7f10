"""Charts of the deep networks with and without skips."""

from __future__ import annotations

import math

import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import listed, number, percent, plural
from .config import DESIGNS, PLAIN, SKIP, SMALL, ZERO
from .findings import Design, Facts, Outcome

COLOURS = {PLAIN: "ink", SKIP: "series:kaiming", ZERO: "series:xavier", SMALL: "series:pytorch"}


def accuracy(curves: pd.DataFrame, f: Facts) -> Figure:
    """Test accuracy by epoch, a line and a band for each design."""
    title = headline(f)
    subtitle = f"Test accuracy by epoch of networks of {plural(f.blocks, 'block')} of two layers"
    subtitle += f"; line: mean; band: range over {f.n_seeds} seeds." if f.n_seeds > 1 else "."
    reached = listed(f"{d.name} {ends(d, f)}" for d in f.designs.values())
    data = curves[curves["split"] == "test"]
    chart = _by(data, "epoch", "accuracy", "test accuracy")
    return Figure(
        "accuracy-by-design", title, subtitle, chart, f"{title}. At the end: {reached}.", data
    )


def headline(f: Facts) -> str:
    """The skip beside the plain network, and whether the last layers rescue both."""
    plain, skip = ("diverged" if f.gone(d) else percent(d.mean) for d in (f.plain, f.skip))
    blocks = plural(f.blocks, "block")
    if math.isnan(f.best):
        return f"None of the designs learns at {blocks}: all networks diverged"
    if not f.learned:
        return (
            f"None of the designs learns at {blocks}: the best ends at {percent(f.best)}, always"
            f" giving the commonest answer reaches {percent(f.chance)}"
        )
    match f.outcome:
        case Outcome.NEITHER:
            start = (
                f"At {blocks} neither the plain network ({plain}) nor a skip alone ({skip}) learns"
            )
        case Outcome.HELPS:
            start = f"At {blocks} the skip alone {ends(f.skip, f)}, the plain network"
            start += f" {ends(f.plain, f)}"
        case Outcome.HURTS:
            start = f"At {blocks} the skip alone hurts: {skip}, {plain} without it"
        case Outcome.ALIKE:
            start = f"At {blocks} plain network and skip end within 5 points: {plain} and {skip}"
    if not f.rescued:
        return start
    ways = {ZERO: "zeros in", SMALL: "small numbers in"}
    how = listed(f"{ways[d.name]} each last layer {percent(d.mean)}" for d in f.rescued)
    return f"{start}; with a skip and {how}"


def ends(d: Design, f: Facts) -> str:
    """What becomes of a design, as a verb."""
    return "diverges" if f.gone(d) else f"ends at {percent(d.mean)}"


def signal(layers: pd.DataFrame, f: Facts) -> Figure:
    """The standard deviation of z by block, theory dotted."""
    grown = f.skip.grown
    title = (
        f"With a skip and Kaiming's start the signal is multiplied by {number(grown)} over"
        f" {plural(f.blocks, 'block')}; with zeros in each last layer it passes unchanged"
    )
    subtitle = (
        "Standard deviation of z after each block, before training (log axis)"
        + (f"; band: range over {f.n_seeds} seeds" if f.n_seeds > 1 else "")
        + "; dotted: theory."
    )
    chart = _by(layers, "block", "std", "std of z", log_y=True, theory="std_theory")
    ends = listed(f"{d.name} {number(d.grown)}" for d in f.designs.values())
    return Figure(
        "signal-by-block", title, subtitle, chart, f"{title}. Multiplied by: {ends}.", layers
    )


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: test accuracy so far."""
    epoch = int(curves["epoch"].max())
    data = curves[curves["split"] == "test"]
    words = f"Test accuracy by design after epoch {epoch}."
    chart = _by(data, "epoch", "accuracy", "test accuracy")
    return Figure("live", f"After epoch {epoch}", "", chart, words, data)


def _by(data, x, y, heading, **more):
    chart = grammar.curves(
        data.drop(columns=["split"], errors="ignore"),
        y,
        "design",
        x=x,
        order=DESIGNS,
        y_title=heading,
        direct=False,
        height=330,
        **more,
        alone=True,
    )
    return grammar.painted(chart, COLOURS)
