"""The numbers of one parameter, before and after training, beside the baseline's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .....charts import Figure, grammar
from .....charts.words import between, capital, written
from ....settings import KINDS
from ..config import BASELINE
from ..looks import Numbers, numbers

if TYPE_CHECKING:
    from ..experiment import Result


def _of(frame: pd.DataFrame, conditions: Sequence[str], layer: str, parameter: str) -> pd.DataFrame:
    """The rows of these conditions, in this order, and this parameter, with plain texts for
    factors.
    """
    chosen = frame[(frame["layer"] == layer) & (frame["parameter"] == parameter)]
    parts = [chosen[chosen["condition"] == name] for name in dict.fromkeys(conditions)]
    data = pd.concat(parts, ignore_index=True)
    return data.astype({"condition": str, "layer": str, "parameter": str, "stage": str})


def histograms(result: Result, condition: str, layer: str, parameter: str) -> Figure:
    """How the numbers of one parameter are spread before and after training, beside the
    baseline's.
    """
    data = _of(result.histograms, [BASELINE, condition], layer, parameter)
    data["shelf"] = data["condition"] + ", " + data["stage"]
    names = list(dict.fromkeys(data["condition"]))
    low, high = float(data["bin_left"].min()), float(data["bin_right"].max())
    room = 0.03 * (high - low)
    chart = grammar.histograms(
        data,
        "condition",
        rows="shelf",
        order=names,
        domain=[low - room, high + room],
        x_title=f"value of the {layer} {KINDS[parameter]}",
    )
    values = _of(result.parameters, names, layer, parameter).groupby(
        ["condition", "stage"], sort=False
    )["value"]
    said = {key: _spread(numbers(group)) for key, group in values}
    words = [_from_to(name, said[name, "before"], said[name, "after"]) for name in names]
    title = f"{capital(layer)} {KINDS[parameter]}: {'; '.join(words)}"
    subtitle = (
        "Histograms before and after training, first seed, each scaled to its own peak; std:"
        " standard deviation, how widely the numbers scatter."
    )
    return Figure("histograms", title, subtitle, chart, f"{title}.", data.drop(columns="shelf"))


def _spread(x: Numbers) -> str:
    """“std 0.07”, or the one value that all have."""
    return _described(x, f"std {_plain(x.std)}")


def _described(x: Numbers, said: str) -> str:
    """`said` of numbers that differ; what else there is to say of others."""
    if not x.finite:
        return "no finite number"
    if x.same:
        said = (
            _plain((x.low + x.high) / 2) if x.finite == 1 else f"all {_plain((x.low + x.high) / 2)}"
        )
    return said if x.finite == x.n else f"{said} (of {x.finite} of {x.n} that are finite)"


def _from_to(name: str, before: str, after: str) -> str:
    start = f"{_quoted(name)} {before}"
    return f"{start}, before and after" if before == after else f"{start}, then {after}"


def _quoted(name: str) -> str:
    return name if name == BASELINE else f"“{name}”"


def by_index(result: Result, condition: str, layer: str, parameter: str, stage: str) -> Figure:
    """Every number of one parameter by its index, beside the baseline's; the axis is the same
    before and after.
    """
    both = _of(result.parameters, [BASELINE, condition], layer, parameter)
    data, names = both[both["stage"] == stage], list(dict.fromkeys(both["condition"]))
    known = both["value"][np.isfinite(both["value"])]
    room = 0.04 * float(np.ptp(known)) or 0.5
    slim = data[["condition", "index", "value"]].astype({"index": "int32", "value": "float32"})
    chart = grammar.index_plot(
        slim,
        "condition",
        order=names,
        domain=[float(known.min()) - room, float(known.max()) + room],
        x_title=f"index of the {layer} {parameter}",
        y_title="value",
        height=230,
    )
    found = {name: numbers(data.loc[data["condition"] == name, "value"]) for name in names}
    words = [
        f"{_quoted(n)} {_described(x, between(x.low, x.high, _plain))}" for n, x in found.items()
    ]
    title = f"{stage.capitalize()} training, {layer} {KINDS[parameter]}: {'; '.join(words)}"
    thinned = len(data) > len(names) * grammar.MOST_POINTS
    what = "the index counts along the rows of W" if parameter == "weight" else "one bias per unit"
    subtitle = f"First seed; {what}{'; evenly thinned' if thinned else ''}."
    return Figure(f"by-index-{stage}", title, subtitle, chart, f"{title}.", data)


def _plain(value: float) -> str:
    return written(f"{value:.2g}")
