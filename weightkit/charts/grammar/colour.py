"""Who has which colour. A figure names roles; `resolve` says what they are on light and on dark
paper.

Palette: Okabe and Ito (2008), safe for colour-blind readers. A colour never stands alone: a dash, a
shape or a direct label says the same. Wherever a chart has a colour it has "#RRGGBB" or a role:

    ink  paper  muted  faint       text and baseline, background, secondary text, nearly background
    series:xavier  series:xavier/1  a family of things and its further variants (see `colours`)
    extra:0                         things without a family, by their number
    text:ROLE  mark:ROLE            moved towards the ink, to 4.5 : 1, or 3 : 1, on the paper
    tint:ROLE                       so pale that ink can be read on it

All but `paper`, `faint` and `tint:` have 3 : 1 on the paper; `ink`, `muted` and `text:` have 4.5 :
1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt

from ..paper import INK, MUTED, PAPER
from ..words import label

COLOURS = {
    "xavier": "#0072B2",
    "kaiming": "#D55E00",
    "pytorch": "#009E73",
    "orthogonal": "#CC79A7",
    "constant": "#6B6B6B",
    "one": "#B3A600",
    "normal": "#8A6BBE",
    "uniform": "#E69F00",
}
"""Colour of each family of things, Okabe and Ito's where they have enough; `baseline` is the
ink.
"""

EXTRA = (
    "#56B4E9",
    "#E69F00",
    "#CC79A7",
    "#009E73",
    "#D55E00",
    "#0072B2",
    "#8A6BBE",
    "#B3A600",
)
"""For names that belong to no family, in this order, skipping what a family already took."""

FAMILIES = (
    ("xavier", r"xavier|glorot|normali[sz]ed"),
    ("kaiming", r"kaiming|he\b|he_"),
    ("pytorch", r"pytorch|default|standard"),
    ("orthogonal", r"orthogonal"),
    ("one", r"ones?$|all one"),
    ("constant", r"zeros?$|all zero|constant|same value"),
    ("baseline", r"baseline|nothing frozen"),
    ("normal", r"normal|std\b|fixed-std normal|gaussian"),
    ("uniform", r"uniform|fixed-std uniform"),
)
"""Family and the pattern its names begin with; the first that fits wins."""

ON_DARK = {"#6B6B6B": "#A3A3A3", "#0072B2": "#56B4E9", "#56B4E9": "#66D9E8"}
"""Colours that are others on dark paper, where points and bands of them are seen through: grey, and
blue, whose place the light blue leaves.
"""

TINT, FAINT = 0.72, 0.06
"""Share of paper in a tint; share of ink in what is nearly background."""

VARIANTS = (0.0, 0.4, 0.65)
"""Share of ink in the variants of a family (of secondary text, where the family is the ink)."""

VIRIDIS = (
    "#440154",
    "#482878",
    "#3E4989",
    "#31688E",
    "#26828E",
    "#1F9E89",
    "#35B779",
    "#6ECE58",
    "#B5DE2B",
    "#FDE725",
)
SEQUENCE = ("#8A4FC9", "#5F6ED2", "#2F84BF", "#1D938F", "#3E9A56", "#7F9722", "#BC8B06")
"""Input to output: hue runs as in viridis, lightness stays where both white and dark paper give 3 :
1.
"""

DIVERGING = ("series:xavier", "faint", "series:kaiming")
"""Below, at and above the middle of a scale."""

BAND = alt.ExprRef("band")
"""The opacity of a band behind its line: a role as well, since dark paper needs more of it."""
DOTS = alt.ExprRef("dots")
"""That of points that lie on each other."""
_OPACITY = {"band": {False: 0.16, True: 0.28}, "dots": {False: 0.55, True: 0.85}}


# ---------------------------------------------------------------- arithmetic


def luminance(colour: str) -> float:
    """Relative luminance of "#RRGGBB", 0 (black) to 1 (white). Source: WCAG 2.2, "relative
    luminance".
    """
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """`colour` with `share` (0 to 1) of `other` in it."""
    pairs = ((int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def readable(colour: str, dark: bool, ratio: float) -> str:
    """`colour`, moved towards the ink just far enough to reach `ratio` on the theme's paper."""
    for step in range(21):
        moved = mix(colour, INK[dark], step / 20)
        if contrast(moved, PAPER[dark]) >= ratio:
            return moved
    return INK[dark]


# ---------------------------------------------------------------- roles


@cache
def resolve(role: str, dark: bool = False) -> str:
    """The colour "#RRGGBB" of a role on a paper. Raises ValueError for what is no role."""
    plain = {"ink": INK, "paper": PAPER, "muted": MUTED}.get(role)
    if plain:
        return plain[dark]
    kind, _, rest = role.partition(":")
    if re.fullmatch(r"#[0-9A-Fa-f]{6}", role):
        return role
    if role == "faint":
        return mix(PAPER[dark], INK[dark], FAINT)
    if kind == "text":
        return readable(resolve(rest, dark), dark, 4.5)
    if kind == "mark":
        return readable(resolve(rest, dark), dark, 3.0)
    if kind == "tint":
        return mix(resolve(rest, dark), PAPER[dark], TINT)
    if kind == "extra" and rest.isdecimal() and int(rest) < len(EXTRA):
        return readable(_on(EXTRA[int(rest)], dark), dark, 3.0)
    if kind == "series":
        name, _, variant = rest.partition("/")
        if name in (*COLOURS, "baseline") and variant in ("", "1", "2"):
            return readable(_variant(name, int(variant or 0), dark), dark, 3.0)
    raise ValueError(f"{role!r} is neither a colour #RRGGBB nor a role; see {__name__}")


def _variant(name: str, place: int, dark: bool) -> str:
    if name == "baseline":
        return mix(INK[dark], MUTED[dark], VARIANTS[place])
    return mix(_on(COLOURS[name], dark), INK[dark], VARIANTS[place])


def _on(colour: str, dark: bool) -> str:
    return ON_DARK.get(colour, colour) if dark else colour


_ROLE = re.compile(
    r"((text|mark|tint):)*(ink|paper|muted|faint|series:[a-z]+(/\d)?|extra:\d+)|((text|mark|tint):)+#\w{6}"
)
_PLACES = ("color", "fill", "stroke", "background", "value", "range")


def resolved(part: Any, dark: bool, key: str = "") -> Any:
    """A Vega-Lite specification with colours in place of roles, for light or dark paper.

    Roles are looked for where colours stand (`color`, `fill`, `stroke`, keys that end with "Color",
    values and ranges); data, titles and names of fields are left alone. `key`: where `part` was
    found.
    """
    if isinstance(part, dict):
        if list(part) == ["expr"] and part["expr"] in _OPACITY:
            return _OPACITY[part["expr"]][dark]
        return {k: v if k == "datasets" else resolved(v, dark, k) for k, v in part.items()}
    if isinstance(part, (list, tuple)):
        return [resolved(v, dark, key) for v in part]
    place = key in _PLACES or key.endswith("Color")
    return (
        resolve(part, dark) if place and isinstance(part, str) and _ROLE.fullmatch(part) else part
    )


# ---------------------------------------------------------------- things and their colours


def family(name: object) -> str | None:
    """The family of a condition or scheme ("xavier_uniform" -> "xavier"), None if it has none."""
    text = str(name).lower().strip()
    return next((key for key, pattern in FAMILIES if re.match(pattern, text)), None)


def colours(names: Sequence[object]) -> dict[str, str]:
    """Name -> role. A family keeps its colour; its further variants in one chart move towards the
    ink.

    "normal" variants come before "uniform" ones, so `xavier_normal` is the pure blue wherever both
    are shown. Names without a family take EXTRA in the order given.
    """
    wanted = list(dict.fromkeys(str(n) for n in names))
    found = {name: family(name) for name in wanted}
    variants: dict[str, list[str]] = {}
    for name in sorted(wanted, key=lambda n: "uniform" in n.lower()):
        if key := found[name]:
            variants.setdefault(key, []).append(name)
    taken = {COLOURS[key] for key in variants if key in COLOURS}
    spare = [i for i, c in enumerate(EXTRA) if c not in taken] or list(range(len(EXTRA)))
    result, unknown = {}, 0
    for name in wanted:
        key = found[name]
        if key is None:
            result[name], unknown = f"extra:{spare[unknown % len(spare)]}", unknown + 1
        else:
            place = variants[key].index(name) % len(VARIANTS)
            result[name] = f"series:{key}" + (f"/{place}" if place else "")
    return result


def colour_scale(names: Sequence[object]) -> alt.Scale:
    """Scale(domain, range) that gives every name of `names` its role; see `colours`."""
    table = colours(names)
    return alt.Scale(domain=list(table), range=list(table.values()))


def sequence(n: int) -> list[str]:
    """`n` colours from the first to the last of SEQUENCE, evenly spaced."""
    if n == 1:
        return [SEQUENCE[2]]
    places = [i * (len(SEQUENCE) - 1) / (n - 1) for i in range(n)]
    ends = [
        (SEQUENCE[int(p)], SEQUENCE[min(int(p) + 1, len(SEQUENCE) - 1)], p - int(p)) for p in places
    ]
    return [mix(*end) for end in ends]


def layer_scale(layers: Sequence[object]) -> alt.Scale:
    """One sequential scale from input (violet) to output (ochre); also for other ordered series."""
    names = list(dict.fromkeys(label(v) for v in layers))
    return alt.Scale(domain=names, range=sequence(len(names)))


def painted(chart: alt.LayerChart, table: dict[str, str]) -> alt.LayerChart:
    """The chart with these roles for the names of its series, in place, words about them included;
    its legend as it is.
    """
    scale = alt.Scale(domain=list(table), range=list(table.values()))
    now: dict[str, str] = {}
    for layer in chart.layer:
        colour = layer.encoding.color
        if isinstance(colour, alt.Color):
            before = zip(colour["scale"].domain, colour["scale"].range, strict=True)
            now |= {f"text:{role}": f"text:{table.get(name, role)}" for name, role in before}
            colour.scale = scale
    for layer in chart.layer:
        y, colour = layer.encoding.y, layer.encoding.color
        axis = y["axis"] if isinstance(y, alt.Y) else None
        if isinstance(axis, alt.Axis) and isinstance(axis.labelColor, dict):
            _repaint(axis.labelColor["condition"], now)
        if isinstance(colour, alt.ColorValue):
            _repaint(colour["condition"], now)
    return chart


def _repaint(cases: list[dict[str, Any]], now: dict[str, str]) -> None:
    for case in cases:
        case["value"] = now.get(case["value"], case["value"])
