"""Charts of the loss's curvature: all eigenvalues, how many of which sign, share by loss."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import between, label, listed, number, percent, plural
from .findings import Facts, Place

HEIGHT = 300
NAMES = {"zero": "all zero", "random": "random", "trained": "trained"}
PAINT = {"all zero": "series:constant", "random": "series:kaiming", "trained": "ink"}
KINDS = {"negative": "extra:0", "flat": "muted", "positive": "extra:1"}
CURVES = {"negative": "downward", "flat": "flat", "positive": "upward"}
LOW = 1e-6
"""Below this in size the axis of eigenvalues is linear; every so many powers of ten have a tick."""


def _named(f: Facts) -> dict[tuple[int, str], str]:
    """(random units, stage) -> what the charts call it."""
    return {
        (0, "start"): NAMES["zero"],
        (f.width, "start"): NAMES["random"],
        (f.width, "end"): NAMES["trained"],
    }


def _known(frame: pd.DataFrame, f: Facts) -> pd.DataFrame:
    """The rows of the three places, with their `place`."""
    keys = pd.Series(list(zip(frame["random_units"], frame["stage"], strict=True)), frame.index)
    return frame.assign(place=keys.map(_named(f))).dropna(subset=["place"])


def spectrum(values: pd.DataFrame, f: Facts) -> Figure:
    """Every eigenvalue, in order of size, of the three places: a line for each network."""
    data = _known(values, f)
    drawn = data[data["eigenvalue"].abs().lt(float("inf"))]
    order = [name for name in NAMES.values() if name in set(drawn["place"])]
    high, low = drawn["eigenvalue"].max(), drawn["eigenvalue"].min()
    scale = alt.Scale(type="symlog", constant=LOW, domain=[1.5 * low, 1.5 * high], nice=False)
    paint = alt.Color(
        "place:N",
        scale=alt.Scale(domain=order, range=[PAINT[name] for name in order]),
        legend=grammar.legend_of(order, lines=True),
    )
    at_x = alt.X("rank:Q", **grammar.quantity("rank", drawn["rank"], heading="eigenvalue, by size"))
    ticks = grammar.around_zero(low, high, LOW)
    axis = alt.Axis(title="curvature of the loss", grid=True, **ticks)
    lines = (
        alt.Chart(drawn)
        .mark_line(strokeWidth=2, interpolate="step")
        .encode(
            x=at_x,
            y=alt.Y("eigenvalue:Q", scale=scale, axis=axis),
            color=paint,
            detail=alt.Detail("seed:N"),
            tooltip=[
                alt.Tooltip("place:N"),
                alt.Tooltip("seed:N"),
                alt.Tooltip("rank:Q"),
                alt.Tooltip("eigenvalue:Q", format=".3~g"),
            ],
        )
    )
    counted = _last_counted(drawn, f.tolerance)
    ends = (
        alt.Chart(counted)
        .mark_point(filled=True, size=90, opacity=1, stroke="paper", strokeWidth=1.5)
        .encode(x=at_x, y=alt.Y("eigenvalue:Q", scale=scale, axis=None), color=paint)
    )
    zero = (
        alt.Chart(pd.DataFrame({"y": [0.0]}))
        .mark_rule(color="muted", strokeDash=[3, 3])
        .encode(y=alt.Y("y:Q", scale=scale, axis=None))
    )
    title = spectrum_title(f)
    subtitle = (
        f"All {f.parameters:,} eigenvalues of the loss's Hessian, from the smallest to the largest;"
        f" below 0 the loss curves down. Points: the last ones counted, beyond {label(f.tolerance)}"
        " of the largest size; what is nearer to 0 is flat. The axis is logarithmic on both"
        f" sides of {number(LOW)} and linear between."
        + (f" A line per network ({f.random.networks})." if f.random.networks > 1 else "")
    )
    alt_text = f"{title}. " + "; ".join(
        f"{name}: {_many(place)} negative, {place.flat:,.0f} flat, {place.positive:,.0f} positive"
        for name, place in _places(f)
    )
    chart = alt.layer(zero, lines, ends, **grammar.view(HEIGHT)).resolve_axis(y="independent")
    return Figure("spectrum", title, subtitle, chart, alt_text + ".", data)


def _last_counted(drawn: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    """Of each network in each place, the last eigenvalue that counts as negative."""
    keys = ["place", "seed"]
    largest = drawn["eigenvalue"].abs().groupby([drawn[key] for key in keys]).transform("max")
    negative = drawn[drawn["eigenvalue"] < -tolerance * largest]
    return negative.loc[negative.groupby(keys, sort=False)["rank"].idxmax()]


def _places(f: Facts) -> list[tuple[str, Place]]:
    return list(zip(NAMES.values(), f.places, strict=False))


def _many(place: Place) -> str:
    return between(*place.negative, form=",d")


def spectrum_title(f: Facts) -> str:
    """How many directions curve down at each place."""
    parts = [f"{_many(f.zero)} at zero", f"{_many(f.random)} at a random start"]
    if f.trained:
        parts.append(f"{_many(f.trained)} after training")
    return f"Of {f.parameters:,} directions the loss curves down in {listed(parts)}"


def counts(points: pd.DataFrame, f: Facts) -> Figure:
    """How many eigenvalues are negative, flat and positive at the three places, as bars."""
    data = _known(points[~points["diverged"]], f)
    mean = data.groupby("place", sort=False)[list(KINDS)].mean().reset_index()
    rows = mean.melt("place", var_name="kind", value_name="eigenvalues")
    rows["order"] = rows["kind"].map({kind: i for i, kind in enumerate(KINDS)})
    order = [name for name in NAMES.values() if name in set(rows["place"])]
    at_x = grammar.quantity(
        "eigenvalues",
        rows["eigenvalues"],
        heading="eigenvalues",
        domain=[0.0, float(f.parameters)],
    )
    rows["kind"] = rows["kind"].map(CURVES)
    kinds = list(CURVES.values())
    bars = (
        alt.Chart(rows)
        .mark_bar(stroke="paper", strokeWidth=1)
        .encode(
            x=alt.X("eigenvalues", stack="zero", **at_x),
            y=alt.Y("place:N", sort=order, axis=alt.Axis(title=None, ticks=False, domain=False)),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=kinds, range=list(KINDS.values())),
                legend=grammar.legend_of(kinds),
            ),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("place:N"),
                alt.Tooltip("kind:N"),
                alt.Tooltip("eigenvalues:Q", format=",.0f"),
            ],
        )
    )
    title = counts_title(f)
    many = f.random.networks
    subtitle = f"Flat: within {label(f.tolerance)} times the largest eigenvalue's size." + (
        f" Means over {many} networks; zero is one." if many > 1 else " One network each."
    )
    chart = alt.layer(bars, **grammar.view(240))
    return Figure("curvature-counts", title, subtitle, chart, title + ".", data)


def counts_title(f: Facts) -> str:
    """How much of all is flat, and where most."""
    flat = {name: place.flat / f.parameters for name, place in _places(f)}
    most = max(flat, key=lambda name: flat[name])
    least = min(flat, key=lambda name: flat[name])
    if percent(flat[most]) == percent(flat[least]):
        return f"{percent(flat[most])} of the directions are flat in each place"
    return (
        f"{percent(flat[most])} of the directions are flat {_where(most)},"
        f" {percent(flat[least])} {_where(least)}"
    )


def _where(name: str) -> str:
    return {"all zero": "at zero", "random": "at a random start"}.get(name, "after training")


def index(points: pd.DataFrame, f: Facts) -> Figure:
    """Share of negative eigenvalues against the loss, where training ended: a point per network."""
    data = points[(points["stage"] == "end") & ~points["diverged"]]
    share = data["negative"] / (data["negative"] + data["flat"] + data["positive"])
    data = data.assign(share=share)
    names = [place.random_units for place in f.levels]
    at_x = grammar.quantity("loss", data["loss"], heading="loss where training ended")
    at_y = grammar.quantity("share", data["share"], heading="share of negative eigenvalues")
    at_y["axis"]["format"] = ".0%"
    drawn = data.assign(units=data["random_units"].astype(str))
    paint = alt.Color(
        "units:N",
        scale=grammar.layer_scale(names),
        sort=[str(n) for n in names],
        legend=alt.Legend(title="random units", orient="top", symbolOpacity=1),
    )
    marks = (
        alt.Chart(drawn)
        .mark_point(filled=True, size=80, opacity=0.8)
        .encode(
            x=alt.X("loss", **at_x),
            y=alt.Y("share", **at_y),
            color=paint,
            tooltip=[
                alt.Tooltip("random_units:Q", title="random units"),
                alt.Tooltip("seed:N"),
                alt.Tooltip("loss:Q", format=".3~g"),
                alt.Tooltip("negative:Q"),
                alt.Tooltip("share:Q", format=".1%"),
                alt.Tooltip("gradient:Q", format=".2~g", title="norm of the gradient"),
            ],
        )
    )
    title = index_title(f)
    subtitle = (
        f"After {plural(f.steps, 'step')}. Random units: how many of {f.width} began so; the others"
        " began at zero and stayed there: a critical point of a smaller network is one of the whole"
        " network. A point per network."
    )
    alt_text = f"{title}. " + "; ".join(
        f"{p.random_units} random: loss {number(p.loss)}, {percent(p.share, 1)} negative"
        for p in f.levels
    )
    chart = alt.layer(marks, **grammar.view(240))
    return Figure("index-by-loss", title, subtitle, chart, alt_text + ".", data)


def index_title(f: Facts) -> str:
    """What the share of negative eigenvalues does as the loss rises."""
    match f.order:
        case "rises":
            return "The higher the loss where training ended, the more directions curve down"
        case "falls":
            return "Where training ended at a higher loss, fewer directions curve down"
        case "none":
            return "One level only: nothing to compare with"
    return "No order between the loss and the share of directions that curve down"


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: the loss so far, by the number of random units."""
    data = curves[curves["split"] == "train"].drop(columns="split")
    step = int(data["epoch"].max())
    data = data.assign(random_units=[f"{k} random" for k in data["random_units"]])
    order = list(dict.fromkeys(data["random_units"]))
    chart = grammar.curves(
        data, "loss", "random_units", order=order, x_title="step", y_title="loss", height=HEIGHT
    )
    return Figure("live", f"After step {step}", "", chart, f"Loss up to step {step}.", data)
