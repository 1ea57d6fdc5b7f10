"""The chain as blocks in a row."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from ....charts import Figure
from ....charts.words import plural
from ..config import Chain
from .findings import Facts

HEIGHT = 160
WIDTH = 0.62  # of a block, in units of the distance between two


def chain(checked: pd.DataFrame, layers: Chain, f: Facts) -> Figure:
    """The layers as blocks in a row, with what each joint carries and whether it fits."""
    chart = alt.layer(*_blocks(checked, layers, f), *_joints(checked)).properties(
        width="container", height=HEIGHT
    )
    title = _title(f)
    subtitle = "At each joint: features that arrive → features that are expected."
    return Figure("chain", title, subtitle, chart, title + ".", checked)


def _title(f: Facts) -> str:
    match f.broken:
        case None:
            samples, features = plural(f.n_samples, "sample"), plural(f.n_features, "feature")
            leave = "leaves" if f.n_samples == 1 else "leave"
            return f"The chain holds: {samples} of {features} {leave} as {f.leaves}"
        case joint:
            return (
                f"The chain breaks before {joint.layer}: it expects"
                f" {plural(joint.expects, 'feature')} and receives {joint.receives}"
                + (f". {f.n_broken} joints do not fit" if f.n_broken > 1 else "")
            )


def _place(x: str, y: str, n: int) -> dict[str, Any]:
    across, down = alt.Scale(domain=[-0.1, n + 0.75]), alt.Scale(domain=[-1.1, 1.1])
    return {
        "x": alt.X(f"{x}:Q", axis=None, scale=across),
        "y": alt.Y(f"{y}:Q", axis=None, scale=down),
    }


def _blocks(checked: pd.DataFrame, layers: Chain, f: Facts) -> list[alt.Chart]:
    """The batch and each layer: its name, W's shape, and the shape that leaves it."""
    rows = [(0.0, WIDTH, "batch", f"({f.n_samples}, {f.n_features})", "")]
    for i, (name, (takes, gives), out) in enumerate(
        zip(checked["layer"], layers, checked["output_shape"], strict=True)
    ):
        rows.append((i + 1.0, i + 1 + WIDTH, name, f"W ({gives}, {takes})", out and f"→ {out}"))
    blocks = pd.DataFrame(rows, columns=["left", "right", "name", "words", "out"])
    blocks = blocks.assign(top=0.66, bottom=-0.66, middle=(blocks["left"] + blocks["right"]) / 2)
    n = len(checked)
    rects = alt.Chart(blocks).mark_rect(
        cornerRadius=4, fillOpacity=0.12, fill="series:xavier", stroke="series:xavier"
    )
    parts = [rects.encode(**_place("left", "top", n), x2=alt.X2("right:Q"), y2=alt.Y2("bottom:Q"))]
    named = blocks.assign(name0=0.0)
    for column, dy, weight in (("name", -20, 600), ("words", 0, 400), ("out", 20, 400)):
        text = alt.Chart(named).mark_text(fontSize=12, dy=dy, fontWeight=weight, color="ink")
        parts.append(text.encode(**_place("middle", "name0", n), text=alt.Text(f"{column}:N")))
    return parts


def _joints(checked: pd.DataFrame) -> list[alt.Chart]:
    """A tick or a cross at each joint; above, where a phone has room beyond the blocks, what
    arrives and what is expected.
    """
    n = len(checked)
    joints = checked.assign(
        at=[i + 0.81 for i in range(n)],
        mark=["fits" if ok else "breaks" for ok in checked["ok"]],
        y=0.0,
        words=["✓" if ok else "✗" for ok in checked["ok"]],
        above=[f"{r} → {e}" for r, e in zip(checked["receives"], checked["expects"], strict=True)],
    )
    colour = alt.Color(
        "mark:N",
        legend=None,
        scale=alt.Scale(
            domain=["fits", "breaks"], range=["text:series:pytorch", "text:series:kaiming"]
        ),
    )
    marks = alt.Chart(joints).mark_text(fontSize=24, fontWeight=700)
    above = alt.Chart(joints).mark_text(fontSize=12, dy=-60, color="ink")
    return [
        marks.encode(**_place("at", "y", n), text=alt.Text("words:N"), color=colour),
        above.encode(**_place("at", "y", n), text=alt.Text("above:N")),
    ]
