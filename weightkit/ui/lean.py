"""A drawing in fewer words: what its layers say alike of a channel is said once, above them, where
Vega-Lite lets each of them inherit it. Every run of a page's script writes, hashes and sends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

NOTHING = len('"strokeDash": null, ')  # characters by which a layer says that it has none


def lean(drawing: dict[str, Any]) -> dict[str, Any]:
    """The same drawing with the encodings that its layers share; a layer that has nothing of a
    channel says so (null).
    """
    layers = drawing.get("layer", [])
    if "encoding" in drawing or not all("encoding" in layer for layer in layers):
        return drawing
    own, shared = [dict(layer["encoding"]) for layer in layers], {}
    for channel in dict.fromkeys(channel for said in own for channel in said):
        there = [said[channel] for said in own if channel in said]
        alike = _alike(there)
        saved = len(str(alike)) * (len(there) - 1) - NOTHING * (len(own) - len(there))
        if not alike or saved <= 0:
            continue
        shared[channel] = alike
        for said in own:
            if channel not in said:
                said[channel] = None
            elif said[channel] == alike:
                del said[channel]
            else:
                rest = said[channel]
                said[channel] = {k: v for k, v in rest.items() if k == "field" or k not in alike}
    made = [layer | {"encoding": said} for layer, said in zip(layers, own, strict=True)]
    return drawing | {"encoding": shared, "layer": made} if shared else drawing


def spread(drawing: dict[str, Any]) -> dict[str, Any]:
    """The drawing that was made lean, for what looks at one layer alone."""
    shared = drawing.get("encoding", {})
    if "layer" not in drawing or not shared:
        return drawing
    whole = {key: value for key, value in drawing.items() if key != "encoding"}
    return whole | {"layer": [_whole(layer, shared) for layer in drawing["layer"]]}


def _whole(layer: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    own = layer["encoding"]
    said = {
        channel: above | own[channel] if own.get(channel) else above
        for channel, above in shared.items()
        if own.get(channel, above) is not None
    }
    return layer | {"encoding": said | {c: v for c, v in own.items() if c not in shared}}


def _alike(there: Sequence[Any]) -> Any:
    """What all say of a channel: of fields, each property that is the same in all, scale and axis
    included; of anything else (a value, a condition, a list), all or nothing.
    """
    first = there[0]
    if all(said == first for said in there):
        return first
    if not all(isinstance(said, dict) and "field" in said for said in there):
        return None
    return {k: v for k, v in first.items() if all(k in said and said[k] == v for said in there)}
