"""Charts of the depth contest (He et al. 2015, figure 3)."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import listed, percent, plural, scheme_name, span
from ..settings import named
from .findings import Facts, Scheme

HEIGHT = 300


def contest(curves: pd.DataFrame, f: Facts, about: str = "") -> Figure:
    """Test accuracy by epoch: mean and range over seeds, and what a constant answer would get."""
    data = named(curves[curves["split"] == "test"]).drop(columns="split")
    chart = _lines(data, "accuracy", "test accuracy", HEIGHT)
    line = pd.DataFrame({"share": [f.chance], "words": [f"commonest answer, {f.chance:.0%}"]})
    rule = (
        alt.Chart(line)
        .mark_rule(strokeDash=[3, 3], color="muted")
        .encode(y=alt.Y("share:Q", axis=None))
    )
    words = alt.Chart(line).mark_text(align="right", dx=-4, dy=-7, color="muted", fontSize=12)
    chart = (
        chart
        + rule
        + words.encode(
            x=alt.XValue("width"), y=alt.Y("share:Q", axis=None), text=alt.Text("words:N")
        )
    )
    title = contest_title(f)
    ends = [f"{scheme_name(s.init)} {_reached(s)}" for s in f.schemes]
    alt_text = f"{title}. Test accuracy after {plural(f.epochs, 'epoch')}: {listed(ends)}."
    subtitle = "Test accuracy by epoch. " + (
        f"Line: mean over {f.n_seeds} networks per scheme; band: their range."
        if f.n_seeds > 1
        else "One network per scheme."
    )
    subtitle = f"{subtitle} {about}".strip()
    return Figure("depth-contest", title, subtitle, chart, alt_text, curves)


def contest_title(f: Facts) -> str:
    """Who learns at this depth."""
    schemes = {s.init: s for s in f.schemes}
    learned, stuck, burst = (f.of(kind) for kind in ("learned", "stuck", "diverged"))
    parts = (
        [listed(f"{scheme_name(init)} reaches {_reached(schemes[init])}" for init in learned)]
        if learned
        else []
    )
    if stuck:
        parts.append(
            f"{listed(map(scheme_name, stuck))} {'stays' if len(stuck) == 1 else 'stay'} at chance"
        )
    if burst:
        parts.append(
            f"{listed(map(scheme_name, burst))} {'diverges' if len(burst) == 1 else 'diverge'}"
        )
    return f"At depth {f.depth}, " + "; ".join(parts)


def _reached(scheme: Scheme) -> str:
    return span((scheme.low, scheme.high), percent)


LOSSES = {
    "fell": "falls with {}",
    "settled": "falls with {} only to that of a constant answer",
    "rose": "rises with {}",
    "lost": "diverges with {}",
    "still": "does not move with {}",
}


def loss_title(f: Facts) -> str:
    """Whose training loss falls, whose does not move and whose leaves what float32 can hold."""
    kinds = {kind: [_named(s) for s in f.schemes if s.loss == kind] for kind in LOSSES}
    title = "The training loss " + "; it ".join(
        LOSSES[kind].format(listed(who)) for kind, who in kinds.items() if who
    )
    still = [s for s in f.schemes if s.loss == "still"]
    if still and all(s.kind == "stuck" for s in still):
        title += ": that is not overfitting, it is not learning at all"
    return title


def _named(scheme: Scheme) -> str:
    """With how many of its networks diverged, where some did and others did not."""
    some = 0 < scheme.diverged < scheme.networks
    return scheme_name(scheme.init) + (
        f" ({scheme.diverged} of {scheme.networks} networks)" if some else ""
    )


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: test accuracy so far."""
    data = named(curves[curves["split"] == "test"]).drop(columns="split")
    epoch = int(curves["epoch"].max())
    chart = _lines(data, "accuracy", "test accuracy", HEIGHT)
    return Figure(
        "live", f"After epoch {epoch}", "", chart, f"Test accuracy up to epoch {epoch}.", data
    )


def loss(curves: pd.DataFrame, f: Facts) -> Figure:
    """Training loss by epoch."""
    data = named(curves[curves["split"] == "train"]).drop(columns="split")
    title = loss_title(f)
    top = (
        float(grammar.finite(data, "loss")["loss"].quantile(0.99))
        if len(grammar.finite(data, "loss"))
        else 1.0
    )
    chart = _lines(data, "loss", "training loss", 240, [0.0, max(3.0, 1.1 * min(top, 10.0))])
    subtitle = "Training loss (cross-entropy) by epoch; line: mean, band: range over networks."
    return Figure(
        "depth-contest-loss",
        title,
        subtitle,
        chart,
        title + ".",
        curves[curves["split"] == "train"],
    )


def _lines(
    data: pd.DataFrame, y: str, heading: str, height: int, domain: list[float] | None = None
) -> alt.LayerChart:
    order = list(dict.fromkeys(data["init"]))
    return grammar.curves(
        data, y, "init", order=order, y_title=heading, height=height, domain=domain, alone=True
    )
