"""Whether what a figure draws can be seen on the paper it is shown on: WCAG 2.2's 3 : 1 for marks,
4.5 : 1 for text. And whether the ticks of its epochs are whole.

Not asked of: what is invisible (opacity 0), cells (`rect`; their colours are a scale that begins or
ends at the paper), halos and discs of paper, and words or paths over cells that are drawn in black
and in white at once. The opacity of points and areas is left out: points lie on each other, and an
area (or a line so broad that it is one) has a line on it. That of lines, rules and texts counts.
"""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from altair.utils.schemapi import debug_mode
from ticks import broken_ticks, hyphens, other_words

from weightkit.charts import Figure, export
from weightkit.charts.grammar import PAPER, contrast, mix
from weightkit.charts.specification import specification

MARK, TEXT = 3.0, 4.5
TRANSLUCENT = ("point", "circle", "square", "area")
BROAD = 5  # pixels from which on a line is an area that has a line on it
LARGE = 24  # pixels from which on a text counts as a mark


_known: dict[str, list[str]] = {}  # what was found in drawings that were looked at before


def unreadable(figure) -> list[str]:
    """Every mark and text of a figure that misses its contrast: in light, in dark and in the
    exports.

    Many figures differ in nothing but their rows: each drawing is looked at once. What only the
    exports have is the heading, whose colours are the same for all, and the slider.
    """
    sketch = _sketch(figure.drawing())
    if sketch not in _known:
        shown = [("light", figure.drawing(), False), ("dark", figure.drawing(dark=True), True)]
        _known[sketch] = _faults([*shown, ("exported", export.picture(figure), False)])
    found = list(_known[sketch])
    if figure.interactive:
        sliding = figure.interactive()
        sketch = f"with its slider {_sketch(specification(sliding, validate=False)[0])}"
        if sketch not in _known:
            _known[sketch] = _faults([("with its slider", export.spec(sliding), False)])
        found += _known[sketch]
    return [f"{figure.name}, {fault}" for fault in found]


def _faults(shown) -> list[str]:
    return [
        f"{where}: {problem}"
        for where, spec, dark in shown
        for problem in dict.fromkeys(
            [
                *problems(spec, PAPER[dark]),
                *broken_ticks(spec),
                *other_words(spec),
                *hyphens(spec),
            ]
        )
    ]


LOOKED_AT = ("opacity", "strokeWidth", "fontSize", "value", "values", "tickMinStep")
"""Where a number stands that is looked at here; as is that a "test" is the same as another."""


def _sketch(spec: dict) -> str:
    """What of a specification is looked at here, and what makes it valid: all but its rows and the
    numbers in its words and scales.
    """

    def bare(part: Any, key: str = "") -> Any:
        if isinstance(part, dict):
            return {k: bare(v, k) for k, v in part.items() if k not in ("datasets", "domain")}
        if isinstance(part, list):
            return [bare(value, key) for value in part]
        if isinstance(part, str):
            return part if part.startswith("#") or key == "test" else re.sub(r"[\d.]+", "0", part)
        return part if key in LOOKED_AT or isinstance(part, bool) or part is None else 0

    return json.dumps(bare(spec), default=str)


def seen(monkeypatch) -> Iterator[None]:
    """The body of a fixture: figures made inside of it have nothing that cannot be seen.

    Each drawing is checked against Vega-Lite's schema then, as a whole: Altair need not do it for
    every part when that is made.
    """
    made: list[Figure] = []
    check = Figure.__post_init__

    def record(self) -> None:
        check(self)
        maker = sys._getframe(2).f_globals["__name__"]
        if maker.startswith("weightkit."):  # not one that a test makes up
            made.append(self)

    monkeypatch.setattr(Figure, "__post_init__", record)
    with debug_mode(False):
        yield
    found = [problem for figure in made for problem in unreadable(figure)]
    if found:
        pytest.fail("\n".join(found))


def problems(spec: Any, paper: str) -> Iterator[str]:
    """What cannot be seen in a Vega-Lite specification, in words."""
    yield from _views(spec, paper, False)
    yield from _words(spec, paper)


def _views(view: dict, paper: str, cells: bool) -> Iterator[str]:
    inner = [v for part in ("layer", "hconcat", "vconcat", "concat") for v in view.get(part, [])]
    cells = cells or (
        any(_mark(v).get("type") == "rect" for v in inner)
        and {"#000000", "#FFFFFF"} <= {_mark(v).get("color") for v in inner}
    )
    for part in inner + ([view["spec"]] if "spec" in view else []):
        yield from _views(part, paper, cells)
    mark, encoding = _mark(view), view.get("encoding", {})
    kind = mark.get("type")
    opacity = encoding.get("opacity", {}).get("value", mark.get("opacity", 1))
    solid = kind in TRANSLUCENT or (kind == "line" and mark.get("strokeWidth", 1) >= BROAD)
    covers = mark.get("stroke") == paper or (kind == "point" and mark.get("color") == paper)
    if kind in (None, "rect") or opacity == 0 or covers:
        return
    least = TEXT if kind == "text" and mark.get("fontSize", 11) < LARGE else MARK
    for colour, share in _colours(mark, encoding, 1 if solid else opacity):
        if not re.fullmatch(r"#[0-9A-Fa-f]{6}", str(colour)):
            yield f"{kind} has the colour {colour!r}"
        elif not (cells and colour in ("#000000", "#FFFFFF")):
            ratio = contrast(mix(paper, colour, share), paper)
            if ratio < least:
                yield f"{kind} in {colour} at {share} has {ratio:.2f}"


def _mark(view: dict) -> dict:
    mark = view.get("mark", {})
    return mark if isinstance(mark, dict) else {"type": mark}


def _colours(mark: dict, encoding: dict, opacity: float) -> list[tuple]:
    """(colour, opacity) of all colours that a mark may have; None where it leaves that to the
    surroundings.
    """
    seen = encoding.get("opacity", {}).get("condition", {})
    for channel in ("color", "fill", "stroke"):
        if channel in encoding:
            return [
                (
                    colour,
                    seen["value"] if test is not None and test == seen.get("test") else opacity,
                )
                for colour, test in _channel(encoding[channel])
            ]
    return [(mark.get("color") or mark.get("fill") or mark.get("stroke"), opacity)]


def _channel(channel: dict, test: str | None = None) -> list[tuple]:
    """(colour, the test under which it is taken); a choice of the clearer of two is clear by
    itself.
    """
    conditions = channel.get("condition", [])
    conditions = conditions if isinstance(conditions, list) else [conditions]
    chosen = [one for one in conditions if "contrast(" in str(one.get("test"))]
    found = [
        pair for one in conditions if one not in chosen for pair in _channel(one, one.get("test"))
    ]
    if "field" in channel:
        found += [(c, test) for c in (channel.get("scale") or {}).get("range") or [None]]
    return found + ([(channel["value"], test)] if "value" in channel and not chosen else [])


def _words(part: Any, paper: str) -> Iterator[str]:
    """Texts and symbols of axes, legends and titles, wherever their colours are given."""
    for key, value in part.items() if isinstance(part, dict) else ():
        if key in (
            "labelColor",
            "titleColor",
            "subtitleColor",
            "symbolFillColor",
            "symbolStrokeColor",
        ):
            least = MARK if key.startswith("symbol") else TEXT
            for colour, _ in _channel(value) if isinstance(value, dict) else [(value, None)]:
                if contrast(colour, paper) < least:
                    yield f"{key} {colour} has {contrast(colour, paper):.2f}"
        elif key != "datasets":
            yield from _words(value, paper)
    for value in part if isinstance(part, list) else ():
        yield from _words(value, paper)
