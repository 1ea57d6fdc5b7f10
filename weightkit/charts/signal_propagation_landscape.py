"""Charts of the loss on a plane around a same-value and a random start."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from . import grammar
from .figure import Figure
from .remembered import remembered
from .words import capital, listed, number, scheme_name

HEIGHT = 220
NEAR = 0.4  # how far from the start counts as near, in units of alpha and beta


def near(surface: pd.DataFrame) -> pd.DataFrame:
    """Smallest and largest loss near each start: index init, columns min, max, centre."""
    close = surface[surface["alpha"].abs().le(NEAR + 1e-9) & surface["beta"].abs().le(NEAR + 1e-9)]
    table = close.groupby("init", sort=False)["loss"].agg(["min", "max"])
    nearest = surface.assign(away=surface["alpha"].abs() + surface["beta"].abs()).sort_values("away")
    table["centre"] = nearest.groupby("init")["loss"].first()
    return table


def title_of(init: str, constant: float) -> str:
    """What a sentence calls a start."""
    return f"all parameters {constant:g}" if init == "constant" else f"the {scheme_name(init)} start"


@remembered
def plane(
    surface: pd.DataFrame, path: pd.DataFrame, init: str, constant: float
) -> Figure:
    """The loss around one start as colour, with the training path on it. Both starts share the colour scale."""
    data = surface[surface["init"] == init]
    walked = path[path["init"] == init]
    reach = float(data["alpha"].max())
    low, high = float(surface["loss"].min()), _ceiling(surface)
    half = (data["alpha"].drop_duplicates().sort_values().diff().max()) / 2
    cells = data.assign(a0=data["alpha"] - half, a1=data["alpha"] + half * 1.08, b0=data["beta"] - half, b1=data["beta"] + half * 1.08)
    room = [-reach - half, reach + half]
    at_x = alt.X("a0:Q", scale=alt.Scale(domain=room, nice=False), axis=alt.Axis(title="α, along direction 1", tickCount=5))
    at_y = alt.Y("b0:Q", scale=alt.Scale(domain=room, nice=False), axis=alt.Axis(title="β, along direction 2", tickCount=5))
    colour = alt.Color(
        "loss:Q", scale=alt.Scale(domain=[low, high], range=list(grammar.VIRIDIS), interpolate="rgb", clamp=True),
        legend=alt.Legend(title="loss", orient="top", gradientLength=160, gradientThickness=10, format=".2~g"),
    )  # fmt: skip
    tips = [alt.Tooltip("alpha:Q", format=".2f"), alt.Tooltip("beta:Q", format=".2f"), alt.Tooltip("loss:Q", format=".4~g")]
    rects = alt.Chart(cells).mark_rect(clip=True).encode(x=at_x, x2=alt.X2("a1:Q"), y=at_y, y2=alt.Y2("b1:Q"), color=colour, tooltip=tips)
    chart = alt.layer(rects, *_path(walked), **grammar.view(HEIGHT))
    found = near(surface).loc[init]
    title = (
        f"Around {title_of(init, constant)} lies {_kind(found)}: nearby, the loss runs from {_span(found)}"
    )
    share = float(walked["in_plane"].iloc[-1]) if len(walked) > 1 else float("nan")
    subtitle = "○ the start; line: the training path's shadow on this plane" + (
        f", {share:.1%} of its squared length." if np.isfinite(share) else "."
    )
    ends = f" Training goes from a loss of {walked['loss'].iloc[0]:.3g} to {walked['loss'].iloc[-1]:.3g}." if len(walked) else ""
    return Figure(f"plane-{'constant' if init == 'constant' else 'random'}", title, subtitle, chart, f"{title}.{ends}", data)


def _kind(found: pd.Series) -> str:
    """Salt flat or badlands, by the range of the loss near the start."""
    spread = (found["max"] - found["min"]) / found["centre"]
    return "a salt flat" if spread < 0.05 else "a landscape with slopes" if spread < 1.5 else "a narrow gorge"


def _span(found: pd.Series) -> str:
    """The range with as many digits as show that it is one."""
    for digits in (2, 3, 4, 6):
        low, high = (f"{found[k]:.{digits}f}" for k in ("min", "max"))
        if low != high:
            break
    return f"{low} to {high}"


def _ceiling(surface: pd.DataFrame) -> float:
    """The loss where the colour scale ends: near the starts it must still show differences."""
    known = surface[surface["loss"].abs().lt(float("inf"))]["loss"]
    return float(min(known.max(), max(known.median() * 1.6, known.min() * 2, 1e-6)))


def _path(walked: pd.DataFrame) -> list[alt.Chart]:
    """White over black, so that it is seen on every colour of the scale."""
    at = {"x": alt.X("alpha:Q"), "y": alt.Y("beta:Q")}
    base = alt.Chart(walked).encode(**at, order=alt.Order("epoch:Q"))
    start = alt.Chart(walked[walked["epoch"] == 0]).encode(**at)
    tips = [alt.Tooltip("epoch"), alt.Tooltip("loss:Q", format=".3g"), alt.Tooltip("distance:Q", format=".3g")]
    return [
        base.mark_line(color="#000000", strokeWidth=4, clip=True),
        base.mark_line(color="#FFFFFF", strokeWidth=2, clip=True),
        base.mark_point(filled=True, size=26, color="#FFFFFF", stroke="#000000", strokeWidth=1, opacity=1, clip=True).encode(
            tooltip=tips
        ),
        start.mark_point(size=110, color="#000000", strokeWidth=4),
        start.mark_point(size=110, color="#FFFFFF", strokeWidth=2),
    ]


@remembered
def profile(surface: pd.DataFrame, constant: float) -> Figure:
    """A cut through both planes along the first direction."""
    data = surface[surface["beta"].abs() < 1e-9]
    data = data.assign(start=[title_of(i, constant) for i in data["init"]])
    families = {title_of(i, constant): i for i in dict.fromkeys(data["init"])}
    paint = alt.Color(
        "start:N", legend=alt.Legend(title=None, orient="top", symbolType="stroke", symbolSize=300, symbolStrokeWidth=2),
        scale=alt.Scale(domain=list(families), range=list(grammar.colours(list(families.values())).values())),
    )  # fmt: skip
    top = _ceiling(surface) * 1.2
    known = data[data["loss"].abs().lt(float("inf"))].assign(loss=lambda f: f["loss"].clip(upper=top * 3))
    at_y = alt.Y("loss:Q", scale=alt.Scale(domain=[0, max(top, 3.0)], nice=False), axis=alt.Axis(title="training loss", tickCount=5))
    base = alt.Chart(known).encode(x=alt.X("alpha:Q", scale=alt.Scale(nice=False), axis=alt.Axis(title="α, along direction 1", tickCount=5)), y=at_y, color=paint)
    dash = alt.StrokeDash("start:N", scale=alt.Scale(domain=list(families), range=[[6, 3], [1, 0]][: len(families)]), legend=None)
    chart = alt.layer(
        base.mark_line(strokeWidth=2, clip=True).encode(strokeDash=dash),
        base.mark_point(opacity=0, size=80, clip=True).encode(tooltip=[alt.Tooltip("start"), alt.Tooltip("alpha", format=".2f"), alt.Tooltip("loss", format=".4g")]),
        **grammar.view(HEIGHT),
    )  # fmt: skip
    title = profile_title(surface, constant)
    return Figure("landscape-profile", title, f"Training loss along the middle of both planes (β = 0). Nearby: |α| and |β| up to {NEAR:g}.", chart, title + ".", data)


def profile_title(surface: pd.DataFrame, constant: float) -> str:
    """By how much the loss changes near each start."""
    words = [f"by {number(row['max'] - row['min'])} around {title_of(str(i), constant)}" for i, row in near(surface).iterrows()]
    return f"Nearby, the loss changes {listed(words)}"


def sentences(surface: pd.DataFrame, path: pd.DataFrame, constant: float) -> list[str]:
    """Height differences, and where training went."""
    found = []
    for init, row in near(surface).iterrows():
        walked = path[path["init"] == init]
        start = title_of(str(init), constant)
        found.append(
            f"**{capital(start)}**: loss {row['centre']:.3f} at the start, {row['min']:.3f} to {row['max']:.3f} "
            f"near it. Training walked a distance of {number(float(walked['distance'].iloc[-1]))} and reached a loss of "
            f"{walked['loss'].iloc[-1]:.3g}."
        )
    return found


def question(config: Any) -> tuple[str, tuple[str, ...]]:
    """What to predict, and the answers to choose from."""
    answers = tuple(f"Around {title_of(init, config.constant)}" for init in ("constant", config.init))
    return (
        "Two networks: in one, all parameters have the same value, in the other they are random. Walk a little way from each, "
        "in many directions. Around which does the loss change more?"
    ), (*answers, "About equally")


def verdict(surface: pd.DataFrame, config: Any) -> tuple[str, str]:
    """Around which start the loss changes more, and by how much: more than twice as much, else about equally."""
    spread = near(surface)["max"] - near(surface)["min"]
    ratio = float(spread["constant"] / spread.drop("constant").iloc[0])
    answers = question(config)[1]
    return answers[0 if ratio > 2 else 1 if ratio < 0.5 else 2], profile_title(surface, config.constant) + "."


def slips(surface: pd.DataFrame, path: pd.DataFrame, constant: float, activation: str) -> list[str]:
    """What the picture of salt flats and badlands leaves out, against this run."""
    end = path.groupby("init").last()["loss"]
    found = near(surface).loc["constant"]
    low, high = _span(found).split(" to ")
    said = [
        f"“Random weights allow for any direction”: from {title_of('constant', constant)}, training moved too, but the loss only went "
        f"to {end['constant']:.3g}; from the random start it went to {end.drop('constant').iloc[0]:.3g}."
    ]
    if constant == 0 and activation != "sigmoid":  # whose output at 0 is a half
        said.append(
            "The salt flat is not a local minimum. With all weights at zero the output does not depend on the input, and every "
            "gradient but that of the output's bias is exactly 0: nothing says where to go."
        )
    else:
        said.append(
            f"“Salt flats” is only half of the story: around all parameters {constant:g} the loss runs from {low} to {high} nearby. "
            "What keeps training from learning there is not flatness but symmetry: all units of a layer get the same gradient."
        )
    return said
