"""A chart as a Vega-Lite specification, with its DataFrames apart.

Altair turns DataFrames into rows through settings that are global to the process, as is their limit
of 5000 rows, and Streamlit swaps these while it draws in another thread. So the frames are taken
out of the chart first.
"""

from typing import Any

import altair as alt
import pandas as pd

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
    result["config"] = {"axis": AXIS}  # in place of Altair's default theme
    return result, dict(frames.values())


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
