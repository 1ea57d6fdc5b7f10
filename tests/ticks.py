"""Whether an axis of epochs has whole ticks: there is no epoch 2.5. Whether axes and legends are
called what pages call it, and whether numbers among the words of a chart have a minus sign.
"""

import re
from collections.abc import Iterator
from typing import Any


def broken_ticks(spec: Any) -> Iterator[str]:
    """The axes of epochs in a Vega-Lite specification whose ticks may lie between two epochs.

    Views in a layer share an axis: it is whole if one of them asks for that and none for
    another.
    """
    for view in _views(spec):
        for channel in ("x", "y"):
            axes = [axis for axis in _axes(view, channel) if axis is not None]
            steps = {_step(axis) for axis in axes} - {None}
            if axes and steps != {1}:
                yield f"the ticks of {channel} (epoch) need not be whole"


def _views(spec: dict) -> Iterator[dict]:
    parts = [part for kind in ("hconcat", "vconcat", "concat") for part in spec.get(kind, [])]
    for part in parts + ([spec["spec"]] if "spec" in spec else []):
        yield from _views(part)
    if "layer" in spec or "mark" in spec:
        yield spec


def _axes(view: dict, channel: str) -> Iterator[dict | None]:
    made = view.get("encoding", {}).get(channel, {})
    if made.get("field") == "epoch" and made.get("type") == "quantitative":
        yield made.get("axis", {})
    for layer in view.get("layer", []):
        yield from _axes(layer, channel)


def _step(axis: dict) -> float | None:
    """The least distance of two ticks: of whole numbers that are given it is 1."""
    given = axis.get("values") or [0.5]
    return 1 if all(value == int(value) for value in given) else axis.get("tickMinStep")


def other_words(spec: Any) -> Iterator[str]:
    """The titles of axes and legends that a sentence would say otherwise."""
    for key, part in spec.items() if isinstance(spec, dict) else enumerate(spec):
        if key == "title" and isinstance(part, str) and re.search(r"\btrain (loss|acc)", part):
            yield f"an axis or a legend is called {part!r}"
        if key != "datasets" and isinstance(part, dict | list):
            yield from other_words(part)


HYPHEN = re.compile(r"(?<![\w\]).⁻-])-(?=[\d∞])|\w - \w")
WORDS = ("text", "x", "y", "color", "shape", "xOffset", "yOffset", "row", "column")


def hyphens(spec: Any, datasets: Any = None, data: Any = None) -> Iterator[str]:
    """The words that a chart draws out of its data in which a hyphen stands for a minus sign."""
    datasets = spec.get("datasets", {}) if datasets is None else datasets
    data = spec.get("data", {}).get("name", data)
    for channel in WORDS:
        made = spec.get("encoding", {}).get(channel, {})
        if made.get("type") != "quantitative" and made.get("field") and data in datasets:
            rows = datasets[data]
            given = rows[made["field"]] if hasattr(rows, "columns") else ()
            for word in dict.fromkeys(str(value) for value in given):
                if HYPHEN.search(word):
                    yield f"a hyphen for a minus in {word!r}"
    for kind in ("layer", "hconcat", "vconcat", "concat"):
        for part in spec.get(kind, []):
            yield from hyphens(part, datasets, data)
