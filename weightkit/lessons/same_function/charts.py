"""Charts of the line between two networks, and of the units that match."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

from ...charts import Figure, grammar
from ...charts.words import listed, number, percent, plural, share, with_minus
from .config import BRIEF, PAIRS, Config
from .findings import Facts, Match, Outcome, Shift

if TYPE_CHECKING:
    from .experiment import Result

LINE = "place t between the networks"
KINDS = {
    "same_place": "same place",
    "matched": "matched",
    "untrained": "matched before training",
}
SIDES = {"digits": 8, "mnist": 28}  # pixels of a side of an image
LOST = "No pair of two seeds is left: of each, a network diverged"


def loss(result: Result, f: Facts) -> Figure:
    """Training loss along the lines."""
    title = headline(f)
    some = (
        f"the first {f.measured:,} of {f.n_train:,} training examples"
        if f.measured < f.n_train
        else f"all {f.n_train:,} training examples"
    )
    subtitle = (
        f"Loss, on {some}, of the networks (1 − t) · first + t · second: every weight on the"
        f" straight line between those of two trained networks. {_lines(f)}"
    )
    return _along(result, f, "loss", "train", title, subtitle)


def accuracy(result: Result, f: Facts) -> Figure:
    """Test accuracy along the lines."""
    two, matched = f.seeds, f.matched
    if two is None or matched is None:
        title = LOST
    else:
        title = (
            f"In the middle, {percent(two.middle)} of the test examples are right, with matched"
            f" units {percent(matched.middle)}; at the ends {percent(two.ends)}"
        )
    subtitle = f"Accuracy on the {f.n_test:,} test examples along the same lines. {_lines(f)}"
    return _along(result, f, "accuracy", "test", title, subtitle)


def _lines(f: Facts) -> str:
    n = max((line.n for line in f.lines.values()), default=0)
    if n <= 1:
        return "One line of each kind."
    return f"Line: mean over {'up to ' * bool(f.lost)}{n} pairs; band: their range."


def headline(f: Facts) -> str:
    """What lies between two seeds, in one line."""
    two, matched, batches = f.seeds, f.matched, f.batches
    if two is None or matched is None:
        return LOST
    start = f"Halfway between two seeds the loss is {number(two.loss)}"
    match f.outcome:
        case Outcome.NOTHING:
            return (
                f"The networks have not learned: they get {percent(two.ends)} right, always giving"
                f" the commonest answer {percent(f.chance)}"
            )
        case Outcome.JOINED:
            return (
                f"{start}, at the ends {number(two.loss_ends)}; the network in the middle is right"
                " at most 5 points less often than they are"
            )
    last = f"; from one start with other batches, {number(batches.loss)}" if batches else ""
    return f"{start}; with matched units, {number(matched.loss)}{last}"


def _along(result: Result, f: Facts, value: str, split: str, title: str, subtitle: str) -> Figure:
    data = result.path[result.path["split"] == split].drop(columns="split")
    name = f"{value}-along-the-line"
    if not f.lines:
        return Figure(name, title, subtitle, empty(), f"{title}.", data)
    said = " ".join(
        f"{line.name}: {percent(line.middle)} right in the middle, {percent(line.ends)} at the"
        f" ends; loss {number(line.loss)} and {number(line.loss_ends)}."
        for line in f.lines.values()
    )
    chart = grammar.curves(
        data.assign(pair=data["pair"].map(BRIEF)),
        value,
        "pair",
        x="t",
        order=[BRIEF[pair] for pair in PAIRS],
        x_title=LINE,
        y_title=grammar.title(f"{split}_{value}"),
        height=300 if value == "loss" else 240,
        direct=False,  # at their ends the lines meet
        alone=value == "loss",
    )
    return Figure(name, title, subtitle, chart, f"{title}. {said}", data)


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: the loss along the lines between the networks of now."""
    step = curves["step"].max()
    data = curves[(curves["step"] == step) & (curves["split"] == "train")].drop(columns="split")
    chart = grammar.curves(
        data.assign(pair=data["pair"].map(BRIEF)), "loss", "pair", x="t",
        order=[BRIEF[pair] for pair in PAIRS], x_title=LINE, y_title="training loss",
        height=300, direct=False,
    )  # fmt: skip
    return Figure("live", f"After {step}", "", chart, "Loss along the lines so far.", data)


def empty() -> alt.LayerChart:
    """What stands where there is nothing to draw."""
    text = alt.Chart(pd.DataFrame({"words": [f"× {LOST}"]}))
    mark = text.mark_text(fontSize=13, color="ink").encode(text=alt.Text("words:N"))
    return alt.layer(mark, **grammar.view(60))


def cosines(result: Result, m: Match) -> Figure:
    """How alike the rows of the first W are, at the same place and matched."""
    first = result.units["layer"].iloc[0]
    data = result.units[result.units["layer"] == first]
    edges = np.linspace(-1, 1, 41)
    parts = [
        pd.DataFrame(
            {
                "rows": words,
                "bin_left": edges[:-1],
                "bin_right": edges[1:],
                "count": np.histogram(data[column].clip(-1, 1), edges)[0],
            }
        )
        for column, words in KINDS.items()
    ]
    bins = pd.concat(parts, ignore_index=True)
    found, place, old = (
        with_minus(round(v, 2) + 0.0) for v in (m.matched, m.same_place, m.untrained)
    )
    title = (
        f"Matched rows of the first W have a mean cosine of {found}, rows at the same place"
        f" {place}, rows matched before training {old}"
    )
    subtitle = (
        f"Cosine of a row of the first network's W and one of the second's, {plural(m.n, 'pair')}"
        " of networks. The third is what matching finds in random numbers."
    )
    chart = grammar.histograms(
        bins, "rows", order=list(KINDS.values()), x_title="cosine of two rows of the first W",
        height=250,
    )  # fmt: skip
    return Figure("cosines", title, subtitle, chart, f"{title}.", bins)


def rows(result: Result, m: Match, config: Config) -> Figure:
    """Rows of the first W of the units that are most alike, above each other."""
    name = config.dataset if isinstance(config.dataset, str) else ""
    side = SIDES.get(name)
    cells = _images(result.rows, side) if side else _strips(result.rows)
    title = (
        f"Row {m.unit} of the first network's W and row {m.partner} of the second's: a cosine of"
        f" {with_minus(round(m.cosine, 2) + 0.0)}"
    )
    drawn = result.rows.groupby("unit", sort=False)["partner"].first()
    pairs = listed(f"{unit} over {partner}" for unit, partner in drawn.items())
    subtitle = (
        f"The weights from the inputs into the units that are most alike, from the"
        f" {'left' if side else 'top'}: rows {pairs}. Of each two the upper is the first network's,"
        f" the lower its match.{' A cell per pixel.' if side else ''} Blue: below zero; orange:"
        " above."
    )
    alt_text = f"{title}. Shown: " + ", ".join(
        f"rows {unit} and {partner}" for unit, partner in drawn.items()
    )
    return Figure(
        "matched-rows", title, subtitle, _cells(cells, bool(side)), f"{alt_text}.", result.rows
    )


def _images(found: pd.DataFrame, side: int) -> pd.DataFrame:
    place = found["unit"].map({u: i for i, u in enumerate(dict.fromkeys(found["unit"]))})
    lower = (found["network"] == "second") * (side + side / 5)
    return found.assign(
        x=place * side * 1.15 + found["input"] % side, y=found["input"] // side + lower
    )


def _strips(found: pd.DataFrame) -> pd.DataFrame:
    place = found["unit"].map({u: i for i, u in enumerate(dict.fromkeys(found["unit"]))})
    return found.assign(x=found["input"], y=place * 2.6 + (found["network"] == "second") * 1.1)


def _cells(cells: pd.DataFrame, pixels: bool) -> alt.LayerChart:
    reach = float(cells["value"].abs().max()) or 1.0
    wide, high = (
        grammar.squared(cells["x"].max() + 1, cells["y"].max() + 1, top=True)
        if pixels
        else ({}, {})
    )
    at = {"axis": None, "scale": alt.Scale(nice=False, zero=False, **wide)}
    down = {"axis": None, "scale": alt.Scale(nice=False, zero=False, reverse=True, **high)}
    colour = alt.Color(
        "value:Q",
        scale=alt.Scale(
            domain=[-reach, 0, reach], range=list(grammar.DIVERGING), interpolate="rgb"
        ),
        legend=alt.Legend(
            title="weight", orient="top", gradientLength=160, gradientThickness=10, format=".2~g"
        ),
    )
    mark = (
        alt.Chart(cells.assign(x2=cells["x"] + 1, y2=cells["y"] + 1))
        .mark_rect()
        .encode(
            x=alt.X("x:Q", **at),
            x2=alt.X2("x2:Q"),
            y=alt.Y("y:Q", **down),
            y2=alt.Y2("y2:Q"),
            color=colour,
            tooltip=[
                alt.Tooltip("network:N"),
                alt.Tooltip("unit:Q", title="first's row"),
                alt.Tooltip("partner:Q", title="second's row"),
                alt.Tooltip("input:Q"),
                alt.Tooltip("value:Q", format=".3~g"),
            ],
        )
    )
    return alt.layer(mark, **grammar.view(240))


def permuted(result: Result, s: Shift) -> Figure:
    """Weights and outputs before and after every hidden unit has gone one place on."""
    every = "every weight" if s.changed == 1 else f"{share(s.changed)} of the weights"
    unmoved = f"no output by more than {number(s.bound)}" if s.difference else "no output at all"
    title = f"Moving each hidden unit one place on changes {every}, and {unmoved}"
    data = result.permuted.copy()
    spread = data.groupby("quantity")["before"].transform("std").fillna(0.0)
    data[["before", "after"]] = data[["before", "after"]].div(spread.where(spread > 0, 1.0), axis=0)
    reach = float(data[["before", "after"]].abs().max().max()) * 1.04 or 1.0
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    at_x, at_y = (
        {"scale": scale, "axis": alt.Axis(title=f"{when}, in units of its spread", tickCount=5)}
        for when in ("before", "after")
    )
    line = pd.DataFrame({"before": [-reach, reach], "after": [-reach, reach]})
    diagonal = alt.Chart(line).mark_line(strokeDash=grammar.DOTTED, strokeWidth=1.2, color="ink")
    names = alt.Scale(domain=["weight", "output"], range=["series:constant", "series:kaiming"])
    shapes = alt.Scale(domain=["weight", "output"], range=["circle", "diamond"])
    legend = grammar.legend_of(names.domain)
    points = (
        alt.Chart(data)
        .mark_point(filled=True, size=24, opacity=grammar.DOTS)
        .encode(
            x=alt.X("before:Q", **at_x),
            y=alt.Y("after:Q", **at_y),
            color=alt.Color("quantity:N", scale=names, legend=legend),
            shape=alt.Shape("quantity:N", scale=shapes, legend=legend),
            tooltip=[
                alt.Tooltip("quantity:N"),
                alt.Tooltip("index:Q"),
                alt.Tooltip("before:Q", format=".3~g"),
                alt.Tooltip("after:Q", format=".3~g"),
            ],
        )
    )
    chart = alt.layer(
        points, diagonal.encode(x=alt.X("before:Q", **at_x), y=alt.Y("after:Q", **at_y)),
        **grammar.view(250),
    )  # fmt: skip
    subtitle = (
        f"Some of the {s.weights:,} weights and {s.outputs:,} outputs of one network, which reach"
        f" {number(s.largest)} in size, at the same place before and after. On the dotted line:"
        " unchanged."
    )
    return Figure("permuted", title, subtitle, chart, f"{title}.", data)
