"""The chart of the map (part 8), and what stands where there is nothing to draw."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

from .....charts import Figure, grammar
from .....charts.words import capital, plural, share
from ..findings import NO_NETWORK, Layer, of_layers
from ..outcomes import ALL

if TYPE_CHECKING:
    from ..experiment import Fates

LOST = "All networks diverged: their weights are no longer numbers"


def before_after(result: Fates, layer: str = ALL) -> Figure:
    """A map of the weights of one layer, or of all: value before and after, shaded by how many."""
    cells = result.cells[result.cells["layer"] == layer].reset_index(drop=True)
    f = of_layers(
        *(frame[frame["layer"] == layer] for frame in (result.shares, result.quantiles))
    ).get(layer, NO_NETWORK)
    n = result.shares["seed"].nunique()
    title = map_title(f)
    subtitle = (
        f"The weights of {layer}, {plural(n, 'network')}{' together' if n > 1 else ''}; the few"
        " beyond the axes are counted at the edge. Dotted: equal size. Upper left and lower right:"
        " the sign has changed."
    )
    alt_text = (
        f"{title}. A map of the weights, value before training against value after it, with the"
        " lines of equal size."
    )
    chart = _map(cells) if len(cells) else empty()
    return Figure("before-after", title, subtitle, chart, alt_text, cells)


def map_title(f: Layer) -> str:
    """How many grew, shrank and changed sign."""
    if math.isnan(f.grew):
        return LOST
    where = "" if f.name == ALL else f"In {f.name}, "
    if f.same == 1:
        return capital(f"{where}no weight has changed its size")
    return (
        f"{where}{share(f.grew)} of the weights grew, {share(f.shrank)} shrank,"
        f" {share(f.turned)} changed sign"
    )


def _map(cells: pd.DataFrame) -> alt.LayerChart:
    reach = {c: float(cells[f"{c}_right"].max()) for c in ("before", "after")}
    for c in reach:
        reach[c] = max(reach[c], -float(cells[f"{c}_left"].min()))
    x, y = (
        alt.Scale(domain=[-r, r], nice=False, zero=False) for r in (reach["before"], reach["after"])
    )
    form = ".1~e" if max(reach.values()) >= 1e4 else ".3~g"
    head = {"tickCount": 7, "grid": False, "format": form}
    at = {
        "x": {"scale": x, "axis": alt.Axis(title="before training", **head)},
        "y": {"scale": y, "axis": alt.Axis(title="after training", **head)},
    }
    shade = alt.Scale(
        type="log",
        domain=[1, max(int(cells["count"].max()), 2)],
        range=["tint:series:xavier", "series:xavier", "ink"],
        interpolate="rgb",
    )
    key = alt.Legend(
        title="weights per cell",
        orient="top",
        gradientLength=160,
        gradientThickness=10,
        tickCount=3,
        format=",d",
    )
    tips = [
        alt.Tooltip(f"{c}:Q", title=t, format=".3~g")
        for c, t in (
            ("before_left", "before, from"),
            ("before_right", "to"),
            ("after_left", "after, from"),
            ("after_right", "to"),
        )
    ]
    tips.append(alt.Tooltip("count:Q", title="weights", format=",d"))
    squares = (
        alt.Chart(cells)
        .mark_rect(clip=True)
        .encode(
            x=alt.X("before_left:Q", **at["x"]),
            x2=alt.X2("before_right:Q"),
            y=alt.Y("after_left:Q", **at["y"]),
            y2=alt.Y2("after_right:Q"),
            color=alt.Color("count:Q", scale=shade, legend=key),
            tooltip=tips,
        )
    )
    return alt.layer(squares, *_guides(reach, at), **grammar.view(320))


def _guides(reach: dict[str, float], axes: dict[str, dict]) -> list[alt.Chart]:
    """The axes through 0, the lines of equal size, and what they part."""
    across, up = reach["before"], reach["after"]
    end = min(across, up)
    ends = pd.DataFrame(
        {"line": np.repeat(["as", "turned"], 2), "x": [-end, end] * 2, "y": [-end, end, end, -end]}
    )
    at = {"x": alt.X("x:Q", **axes["x"]), "y": alt.Y("y:Q", **axes["y"])}
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]}))
    rules = zero.mark_rule(color="muted", strokeWidth=1, opacity=0.7)
    lines = alt.Chart(ends).mark_line(clip=True, color="ink", strokeDash=grammar.DOTTED)
    return [
        rules.encode(x=alt.X("zero:Q", **axes["x"])),
        rules.encode(y=alt.Y("zero:Q", **axes["y"])),
        lines.encode(**at, detail=alt.Detail("line:N")),
        *_names(across, up, at),
    ]


def _names(across: float, up: float, at: dict) -> list[alt.Chart]:
    """“grew” above and below, “shrank” at both sides, over a halo of paper."""
    words = pd.DataFrame(
        {
            "x": [0.0, 0.0, -0.9 * across, 0.9 * across],
            "y": [0.92 * up, -0.92 * up, 0.0, 0.0],
            "words": ["grew", "grew", "shrank", "shrank"],
        }
    )
    if across > 4 * up or up > 40 * across:  # no room beyond the lines, or between them
        words = words[words["words"] == ("shrank" if across > up else "grew")]
    base = alt.Chart(words).encode(**at, text=alt.Text("words:N"))
    halo = base.mark_text(fontSize=13, stroke="paper", strokeWidth=4, strokeJoin="round")
    return [halo, base.mark_text(fontSize=13, color="ink")]


def empty(words: str = LOST) -> alt.LayerChart:
    """What stands where there is nothing to draw."""
    text = alt.Chart(pd.DataFrame({"words": [f"× {words}"]}))
    mark = text.mark_text(fontSize=13, color="ink").encode(text=alt.Text("words:N"))
    return alt.layer(mark, **grammar.view(60))
