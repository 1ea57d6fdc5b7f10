"""A chart as a Vega-Lite specification, with its DataFrames apart.

Altair turns DataFrames into rows through settings that are global to the process, as is their limit
of 5000 rows, and Streamlit swaps these while it draws in another thread. So the frames are taken
out of the chart first.
"""

from collections.abc import Iterator
from typing import Any

import altair as alt
import pandas as pd

_POWER = "floor(log(abs(datum.value)) / LN10 + 1e-9)"
_MANTISSA = f"format(abs(datum.value) / pow(10, {_POWER}), '.2~r')"
_DIGITS = "'⁰¹²³⁴⁵⁶⁷⁸⁹'"
WRITTEN = (
    "datum.value == 0 ? '0' : indexof(datum.label, 'e') < 0 ? datum.label"
    f" : (datum.value < 0 ? '−' : '') + ({_MANTISSA} == '1' ? '' : {_MANTISSA} + ' × ') + '10'"
    f" + ({_POWER} < 0 ? '⁻' : '')"
    f" + (abs({_POWER}) < 10 ? '' : {_DIGITS}[floor(abs({_POWER}) / 10)])"
    f" + {_DIGITS}[abs({_POWER}) % 10]"
)
"""The label of a tick as people write it, 3 × 10⁻⁸ where its format says 3e-8."""
AXIS = {"labelFlush": False}
"""The first and the last label stand at their lines."""


def specification(
    chart: Any, validate: bool = True
) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """(the specification, which names its data; the frames under these names). `chart` stays as it
    is; of a config it has only what app and exports share.

    `validate`: check against Vega-Lite's schema (a third of the time that a chart costs).
    """
    frames: dict[int, tuple[str, pd.DataFrame]] = {}
    bare = _without_frames(chart.copy(deep=True, ignore=["data"]), frames, None)
    result = bare.to_dict(validate=validate)
    for guide in _guides(result):
        guide.setdefault("labelExpr", WRITTEN)
    # In place of Altair's default theme. A chart has one text that is read aloud, not one for each
    # of its 500 lines.
    result["config"] = {"axis": AXIS, "mark": {"aria": False}}
    return result, dict(frames.values())


def _guides(spec: Any) -> Iterator[dict[str, Any]]:
    """The axes and legends whose format may write a power of ten as a computer does."""
    for key, part in spec.items() if isinstance(spec, dict) else enumerate(spec):
        if isinstance(part, dict | list):
            yield from _guides(part)
        guide = key in ("axis", "legend") and isinstance(part, dict)
        if guide and str(part.get("format", "")).endswith(("g", "e")):
            yield part


def children(chart: Any) -> list:
    """The views directly inside a layer, concat or facet."""
    for part in ("layer", "hconcat", "vconcat", "concat"):
        if isinstance(getattr(chart, part, None), list):
            return list(getattr(chart, part))
    inner = getattr(chart, "spec", None)
    return [inner] if isinstance(inner, alt.SchemaBase) else []


def own_frame(chart: Any, inherited: pd.DataFrame | None) -> pd.DataFrame | None:
    """The DataFrame a view draws: its own, else its parent's; None where it has other data."""
    data = getattr(chart, "data", alt.Undefined)
    if isinstance(data, pd.DataFrame):
        return data
    return inherited if data is alt.Undefined else None


def _without_frames(chart: Any, frames: dict, inherited: pd.DataFrame | None) -> Any:
    """Names in place of DataFrames; encodings get the types that Altair would read from the
    frame.
    """
    frame = own_frame(chart, inherited)
    for child in children(chart):
        _without_frames(child, frames, frame)
    encoding = getattr(chart, "encoding", alt.Undefined)
    if frame is not None and isinstance(encoding, alt.SchemaBase):
        typed = encoding.to_dict(validate=False, context={"data": frame})
        chart.encoding = alt.FacetedEncoding(**typed)
    if isinstance(getattr(chart, "data", None), pd.DataFrame):
        name, _ = frames.setdefault(id(chart.data), (f"frame{len(frames)}", chart.data))
        chart.data = alt.NamedData(name=name)
    return chart
