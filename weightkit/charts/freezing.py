"""Charts of freezing (part 7): accuracy by schedule, what may learn, what moved, the notes' loop, leftovers."""

from __future__ import annotations

import altair as alt
import pandas as pd

from . import grammar
from .figure import Figure
from .freezing_transfer import advantage, against_scratch, learning, live_transfer, transfer
from .remembered import remembered
from .words import listed

__all__ = [
    "accuracy", "advantage", "against_scratch", "ends", "grid", "leftovers", "live", "live_transfer", "learning",
    "loop", "movement", "transfer",
]  # fmt: skip

NOTHING, HALF = "nothing frozen", "output first, then all"
ORDER = (NOTHING, HALF, "only biases learn", "only weights learn", "fc1 frozen", "own schedule")
HEIGHT = 300
HATCH = "M-1,1L1,-1"
CELL = 24  # pixels per row of a grid
KINDS = {"weight": "weights", "bias": "biases"}


def ends(curves: pd.DataFrame, epoch: int | None = None) -> pd.Series:
    """Mean test accuracy by condition at `epoch` (default: the last), diverged networks left out."""
    at = curves["epoch"].max() if epoch is None else epoch
    rows = grammar.finite(curves[(curves["epoch"] == at) & (curves["split"] == "test")], "accuracy")
    return rows.groupby("condition", sort=False)["accuracy"].mean()


# ---------------------------------------------------------------- accuracy


@remembered
def accuracy(
    curves: pd.DataFrame, half: int, splits: str = "test", height: int = HEIGHT
) -> Figure:
    """Accuracy by epoch and condition, with the switch marked; splits: test, train or both."""
    data = curves if splits == "both" else curves[curves["split"] == splits]
    chart = grammar.curves(data, "accuracy", "condition", order=ORDER, y_title="accuracy", height=height)
    if half and HALF in set(curves["condition"]):
        chart = chart + _switch(half, height)
    which = {"both": "solid: training set, dashed: test set", "train": "on the training set", "test": "on the test set"}
    n = curves["seed"].nunique()
    subtitle = f"Share of right answers after each epoch, {which[splits]}. " + (
        f"Line: mean over {n} networks; band: their range." if n > 1 else "One network per condition."
    )
    last = ", ".join(f"{name} {value:.0%}" for name, value in ends(curves).items())
    title = _accuracy_title(curves, half)
    return Figure("accuracy", title, subtitle, chart, f"{title}. Test accuracy at the end: {last}.", data)


def _switch(half: int, height: int) -> alt.LayerChart:
    """A line at the epoch after which all layers learn, with words at its foot, below the curves."""
    base = alt.Chart(pd.DataFrame({"x": [half], "text": ["all layers are switched on"]})).encode(x=alt.X("x:Q"))
    rule = base.mark_rule(color="muted", strokeWidth=1, strokeDash=[3, 3])
    words = base.mark_text(align="left", dx=5, fontSize=12, color="muted")
    return alt.layer(rule, words.encode(y=alt.YValue(height - 10), text=alt.Text("text:N")))


def _accuracy_title(curves: pd.DataFrame, half: int) -> str:
    last = ends(curves)
    if last.empty:
        return "All networks diverged: their answers mean nothing"
    if HALF in last and half and half < curves["epoch"].max():
        before, after = ends(curves, half)[HALF], ends(curves, half + 1)[HALF]
        title = f"One epoch with all layers switched on: from {before:.0%} to {after:.0%}"
        if NOTHING in last:
            title += f"; at the end {last[HALF]:.0%}, against {last[NOTHING]:.0%} with nothing frozen"
        return title
    if NOTHING in last and len(last) > 1:
        others = ", ".join(f"{name}: {value:.0%}" for name, value in last.items() if name != NOTHING)
        return f"Nothing frozen: {last[NOTHING]:.0%}; {others}"
    return "At the end: " + ", ".join(f"{name} {value:.0%}" for name, value in last.items())


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: test accuracy so far."""
    data = curves[curves["split"] == "test"]
    chart = grammar.curves(data, "accuracy", "condition", order=ORDER, y_title="accuracy", height=HEIGHT)
    epoch = int(curves["epoch"].max())
    return Figure("live", f"After epoch {epoch}", "", chart, f"Test accuracy by condition up to epoch {epoch}.", data)


# ---------------------------------------------------------------- what may learn, what moved


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Adds `row`, such as "fc1 weights", and `state`."""
    named = frame.assign(row=frame["layer"] + " " + frame["parameter"].map(KINDS))
    if "requires_grad" in frame:
        named["state"] = named["requires_grad"].map({True: "learns", False: "frozen"})
    return named


def _axes(data: pd.DataFrame) -> tuple[alt.X, alt.Y]:
    quiet = {"ticks": False, "domain": False, "labelAngle": 0, "grid": False}
    x = alt.X("epoch:O", axis=alt.Axis(title="epoch", labelOverlap=True, **quiet))
    y = alt.Y("row:N", sort=list(dict.fromkeys(data["row"])), axis=alt.Axis(title=None, labelOverlap=False, **quiet))
    return x, y


def _hatch(frozen: pd.DataFrame, data: pd.DataFrame) -> list[alt.Chart]:
    """A stroke through every frozen cell; no layer without one, which would be a picture without a name."""
    if frozen.empty:
        return []
    x, y = _axes(data)
    mark = alt.Chart(frozen).mark_point(shape=HATCH, size=150, strokeWidth=1.4, filled=False, opacity=0.9)
    tips = [alt.Tooltip("epoch:O"), alt.Tooltip("row:N", title="parameter"), alt.Tooltip("state:N", title="state")]
    return [mark.encode(x=x, y=y, color=alt.ColorValue("muted"), tooltip=tips)]


def _cells(data: pd.DataFrame) -> alt.LayerChart:
    """requires_grad by parameter and epoch: the layer's colour where it learns, faded and hatched where frozen."""
    x, y = _axes(data)
    tips = [alt.Tooltip("epoch:O"), alt.Tooltip("row:N", title="parameter"), alt.Tooltip("state:N", title="state")]
    paint = alt.condition(
        "datum.requires_grad",
        alt.Color("layer:N", scale=grammar.layer_scale(list(data["layer"])), legend=None),
        alt.value("faint"),
    )
    cells = alt.Chart(data).mark_rect(stroke="paper", strokeWidth=1.5).encode(x=x, y=y, color=paint, tooltip=tips)
    hatch = _hatch(data[~data["requires_grad"]], data)
    return alt.layer(cells, *hatch, **grammar.view(CELL * data["row"].nunique()))


@remembered
def grid(status: pd.DataFrame, condition: str) -> Figure:
    """requires_grad of every parameter in every epoch, for one condition."""
    data = _named(status[status["condition"] == condition])
    frozen, total = int((~data["requires_grad"]).sum()), len(data)
    title = f"“{condition}”: " + _grid_words(data)
    subtitle = "requires_grad by parameter and epoch. Coloured: True, it learns; grey with a stroke: False, it is frozen."
    alt_text = f"{title}. {frozen} of {total} cells are frozen."
    return Figure("requires-grad", title, subtitle, _cells(data), alt_text, data.drop(columns=["row", "state"]))


def _grid_words(data: pd.DataFrame) -> str:
    off = data[~data["requires_grad"]]
    if off.empty:
        return "every requires_grad is True in every epoch"
    rows, all_rows = list(dict.fromkeys(off["row"])), data["row"].nunique()
    names = listed(rows) if len(rows) <= 2 else f"{len(rows)} of {all_rows} parameters"
    first, last, end = int(off["epoch"].min()), int(off["epoch"].max()), int(data["epoch"].max())
    if len(off) < len(rows) * (last - first + 1):
        return f"requires_grad is False for {names} for a while, {len(off)} of {len(data)} cells"
    when = "all the time" if (first, last) == (1, end) else f"in epochs {first} to {last}" if first < last else f"in epoch {first}"
    return f"requires_grad is False for {names} {when}"


@remembered
def movement(moved: pd.DataFrame, status: pd.DataFrame, condition: str) -> Figure:
    """How far each parameter moved in each epoch, mean over seeds; where frozen, exactly 0 and so without a colour."""
    keys = ["epoch", "layer", "parameter"]
    mine = moved[moved["condition"] == condition]
    means = grammar.summarise(mine, keys, "distance", None).rename(columns={"mean": "distance"})[[*keys, "distance"]]
    data = _named(status[status["condition"] == condition].merge(means, on=keys, how="left"))
    still = data[data["distance"] == 0].assign(state="moved by exactly 0")
    drawn = data[data["distance"] > 0]
    frozen = mine.merge(status[~status["requires_grad"]], on=["condition", *keys])["distance"]
    title = _movement_title(frozen, drawn)
    x, y = _axes(data)
    key = alt.Legend(title="distance moved", orient="top", gradientLength=110, gradientThickness=10, format=".2~g")
    scale = alt.Scale(type="log", range=list(grammar.VIRIDIS), interpolate="rgb")
    tips = [alt.Tooltip("epoch:O"), alt.Tooltip("row:N", title="parameter"), alt.Tooltip("distance:Q", format=".3~g")]
    cells = alt.Chart(drawn).mark_rect(stroke="paper", strokeWidth=1.5)
    cells = cells.encode(x=x, y=y, color=alt.Color("distance:Q", scale=scale, legend=key), tooltip=tips)
    chart = alt.layer(cells, *_hatch(still, data), **grammar.view(CELL * data["row"].nunique()))
    subtitle = (
        f"“{condition}”: Euclidean distance that each epoch moved a parameter"
        + (f", mean over {mine['seed'].nunique()} networks" if mine["seed"].nunique() > 1 else "")
        + ", on a log scale. A stroke: exactly 0."
    )
    return Figure("movement", title, subtitle, chart, f"{title}.", data.drop(columns=["row", "state"]))


def _movement_title(frozen: pd.Series, drawn: pd.DataFrame) -> str:
    most = drawn.loc[drawn["distance"].idxmax()] if len(drawn) else None
    words = "nothing moved" if most is None else f"{most['row']} moved most, by {most['distance']:.2g} in epoch {most['epoch']}"
    if frozen.empty:
        return f"Nothing is frozen, everything moves; {words}"
    if (frozen == 0).all():
        return f"What is frozen moved by exactly 0; {words}"
    return f"Frozen parameters moved by up to {frozen.max():.2g}; {words}"


# ---------------------------------------------------------------- PyTorch itself


@remembered
def loop(frame: pd.DataFrame, name: str) -> Figure:
    """requires_grad over epochs as one of the two loops left it, measured on a real nn.Module."""
    data = _named(frame[frame["loop"] == name])
    frozen = int((~data["requires_grad"]).sum())
    last = int(data.loc[~data["requires_grad"], "epoch"].max()) if frozen else 0
    if not frozen:
        title = f"The loop {name}: {len(data)} of {len(data)} times True, it freezes nothing"
    else:
        title = f"The loop {name}: all but the output is frozen up to epoch {last}, then everything learns"
    moved = data.loc[~data["requires_grad"], "distance"].sum()
    subtitle = "requires_grad as the loop left it, by parameter and epoch. Coloured: True; grey with a stroke: False."
    alt_text = f"{title}. Frozen parameters moved by {moved:g} in all."
    slug = "loop-" + name.replace(" ", "-")
    return Figure(slug, title, subtitle, _cells(data), alt_text, data.drop(columns=["row", "state"]))


@remembered
def leftovers(frame: pd.DataFrame) -> Figure:
    """How far a frozen matrix drifts per epoch, by optimiser, with gradients cleared to None or to zeros."""
    data = frame[frame["frozen"]].groupby(["optimizer", "gradient"], sort=False)["distance"].mean().reset_index()
    zeros = data[data["gradient"] == "zeros"].set_index("optimizer")["distance"]
    none = data[data["gradient"] == "None"]["distance"].max()
    drift = [name for name, value in zeros.items() if value > 0]
    title = (
        f"With a gradient of None a frozen matrix moves by {none:g}; with zeros it drifts on under " + ", ".join(drift)
        if drift
        else f"A frozen matrix moves by {max(none, zeros.max()):g} either way"
    )
    scale = grammar.colour_scale(["gradient zeros", "gradient None"])
    data["cleared"] = "gradient " + data["gradient"]
    top = float(data["distance"].max()) or 1.0
    base = alt.Chart(data).encode(
        y=alt.Y("optimizer:N", sort=list(dict.fromkeys(data["optimizer"])), axis=alt.Axis(title=None, ticks=False, domain=False, labelLimit=200)),
        yOffset=alt.YOffset("cleared:N", sort=["gradient None", "gradient zeros"]),
        x=alt.X("distance:Q", axis=alt.Axis(title="distance moved per frozen epoch"), scale=alt.Scale(domain=[0, top * 1.15])),
        tooltip=[alt.Tooltip("optimizer"), alt.Tooltip("gradient"), alt.Tooltip("distance:Q", format=".3~g")],
    )  # fmt: skip
    bars = base.mark_bar().encode(color=alt.Color("cleared:N", scale=scale, legend=alt.Legend(title=None, orient="top")))
    words = base.mark_text(align="left", dx=4, fontSize=12, color="muted").encode(
        text=alt.Text("distance:Q", format=".2~g")
    )
    chart = alt.layer(bars, words, **grammar.view(36 * data["optimizer"].nunique()))
    subtitle = (
        "fc1's weights with requires_grad = False in mid-run, under torch.optim; mean distance per epoch while frozen. "
        "None: zero_grad(); zeros: zero_grad(set_to_none=False)."
    )
    drifts = ", ".join(f"{name} {value:.2g}" for name, value in zeros.items())
    alt_text = f"{title}. Mean drift per epoch with gradients of zeros: {drifts}."
    return Figure("leftover-gradients", title, subtitle, chart, alt_text, data.drop(columns="cleared"))
