"""Tables of cells: ways to make two networks, and ways to ask for random numbers."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import capital, number, plural, written
from ..findings import sequences

SHOWN_CALLS = 6  # numbers of each way to ask: as many as fit on a phone
HEIGHT = 272  # of both tables, which stand side by side
WORDS = {"same": "", "reversed": ", reversed"}


def checks(frame: pd.DataFrame, now: tuple[str, str], pair: Sequence[str]) -> Figure:
    """When are a and b the same network? A row per way to make them; `now` (biases, draw order) is
    marked.
    """
    ways = frame.assign(
        way=[
            ("→ " if (r.biases, r.draw_order) == now else "") + f"{r.biases}{WORDS[r.draw_order]}"
            for r in frame.itertuples()
        ],
        equal=["equal" if d == 0 else "different" for d in frame["difference"]],
        words=[
            "0" if d == 0 else f"{d:.2f}" if d >= 0.005 else number(d) for d in frame["difference"]
        ],
    )
    outputs = ways[ways["part"] == "outputs"]
    k, n = int((outputs["difference"] == 0).sum()), len(outputs)
    title = f"{pair[0]} and {pair[1]} give equal outputs in {k} of {n} ways to make them"
    title = capital(title)
    rows, parts = list(dict.fromkeys(ways["way"])), ["weights", "biases", "outputs"]
    base = alt.Chart(ways).encode(
        x=alt.X(
            "part:O",
            sort=parts,
            axis=alt.Axis(
                title="largest difference of",  # at the foot, as its neighbour's: the plots line up
                labelAngle=0,
                labelOverlap=False,
                ticks=False,
                domain=False,
            ),
        ),
        y=alt.Y(
            "way:O",
            sort=rows,
            axis=alt.Axis(
                title=None, ticks=False, domain=False, labelLimit=230, labelOverlap=False
            ),
        ),
    )
    colour = alt.Color(
        "equal:N",
        scale=alt.Scale(
            domain=["equal", "different"], range=["tint:series:xavier", "tint:series:kaiming"]
        ),
        legend=alt.Legend(
            title=None,
            orient="top",
            symbolSize=200,
            symbolStrokeColor="muted",  # tints, which need an outline on their paper
            symbolStrokeWidth=1,
        ),
    )
    cells = base.mark_rect(stroke="paper", strokeWidth=2).encode(
        color=colour,
        tooltip=[
            alt.Tooltip("biases"),
            alt.Tooltip("draw_order"),
            alt.Tooltip("part"),
            alt.Tooltip("difference", format=".6~g"),
        ],
    )
    words = base.mark_text(fontSize=12, color="ink").encode(text=alt.Text("words:N"))
    subtitle = (
        "Largest absolute difference before training; “outputs” over all 400 points. →: the"
        " settings shown above."
    )
    told = "; ".join(f"{r.biases}, {r.draw_order} order: {r.words}" for r in outputs.itertuples())
    return Figure(
        "when-equal",
        title,
        subtitle,
        alt.layer(cells, words, **grammar.view(HEIGHT)),
        f"{title}. Differences of the outputs: {told}.",
        frame,
    )


def calls(frame: pd.DataFrame, seed: int) -> Figure:
    """The first numbers of one seed, a row per way to ask for them; equal sequences have equal
    colours.
    """
    groups = sequences(frame)
    ways, k = list(groups), len(set(groups.values()))
    title = (
        f"Asked in {len(ways)} ways, seed {seed} gives {plural(k, 'different sequence')} of numbers"
    )
    words = frame["value"].map(lambda value: written(f"{value:.2f}"))
    data = frame.assign(sequence=frame["call"].map(groups), words=words)
    data = data[data["index"] < SHOWN_CALLS]
    tints = [f"tint:{grammar.EXTRA[i % len(grammar.EXTRA)]}" for i in range(k)]
    quiet = {"ticks": False, "domain": False, "labelAngle": 0}
    base = alt.Chart(data).encode(
        x=alt.X("index:O", axis=alt.Axis(title="number", **quiet)),
        y=alt.Y(
            "call:O",
            sort=ways,
            axis=alt.Axis(title=None, labelLimit=200, labelOverlap=False, **quiet),
        ),
    )
    cells = base.mark_rect(stroke="paper", strokeWidth=2).encode(
        color=alt.Color(
            "sequence:O", scale=alt.Scale(domain=list(range(1, k + 1)), range=tints), legend=None
        ),
        tooltip=[alt.Tooltip("call"), alt.Tooltip("index"), alt.Tooltip("value", format="+.6f")],
    )
    words = base.mark_text(fontSize=11, color="ink").encode(text=alt.Text("words:N"))
    subtitle = (
        f"The first {SHOWN_CALLS} of the numbers that each way gives, drawn from a normal"
        " distribution after setting the seed anew; rows of one colour are equal."
    )
    told = "; ".join(
        f"{way}: {', '.join(data[data['call'] == way]['words'].iloc[:3])}, …" for way in ways
    )
    return Figure(
        "ways-to-ask",
        title,
        subtitle,
        alt.layer(cells, words, **grammar.view(HEIGHT)),
        f"{title}. {told}",
        data,
    )
