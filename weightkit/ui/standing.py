"""Where a class stands: a bar for each option, or a dot for each number, as HTML that is read from
the last row of a hall and on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..classes.asked import Asked, Given
from ..classes.tables import counts, stacks
from ..lazy import lazy

words = lazy("weightkit.charts.words")

COLUMNS = 40  # of dots
BLUE = {False: "#0072B2", True: "#56B4E9"}
GREY = {False: "#6B6B6B", True: "#A3A3A3"}
FAINT = {False: "#E9ECF0", True: "#242C36"}

SHEET = """<style>
.standing { font-size: 1.05rem; line-height: 1.3; color: inherit; }
.standing ul { font-size: 1em; list-style: none; margin: 0; padding: 0; }
.standing li { margin: 0 0 .7em; padding: 0; font-size: 1em; }
.standing .said { display: flex; justify-content: space-between; gap: 1em; }
.standing .said b { font-variant-numeric: tabular-nums; }
.standing .track { height: 1.15em; background: FAINT; margin-top: .2em; }
.standing .track div { height: 100%; background: GREY; transition: width .4s; }
.standing li.full .track div { background: BLUE; }
.standing .mark { font-weight: 600; }
.standing .dots { position: relative; height: min(40vh, 12em); container-type: size;
  border-bottom: 2px solid GREY; }
.standing .dots i { position: absolute; width: D; aspect-ratio: 1; border-radius: 50%;
  background: BLUE; transform: translateX(-50%); }
.standing .dots i.mine { outline: 2px solid currentColor; outline-offset: 1px; }
.standing .dots .zone { position: absolute; top: 0; bottom: 0; background: BLUE; opacity: .15; }
.standing .dots .truth { position: absolute; top: 0; bottom: 0; border-left: 3px dashed; }
.standing .axis { position: relative; height: 1.6em; font-variant-numeric: tabular-nums; }
.standing .axis span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
.standing .axis span:first-child { transform: none; }
.standing .axis span:last-child { transform: translateX(-100%); }
</style>"""


def html(
    asked: Asked,
    given: Sequence[Given],
    dark: bool,
    mine: Given | None = None,
    truth: Given | None = None,
) -> str:
    """The answers `given`; mine: the reader's own, marked; truth: what was measured, once it may be
    seen.
    """
    draw = _bars if asked.number is None else _dots
    return f'<div class="standing">{draw(asked, given, dark, mine, truth)}</div>'


def _sheet(dark: bool, diameter: str = "1em") -> str:
    colours = {"BLUE": BLUE, "GREY": GREY, "FAINT": FAINT}
    text = SHEET.replace("width: D", f"width: {diameter}")
    for name, of in colours.items():
        text = text.replace(name, of[dark])
    return text


def _bars(
    asked: Asked, given: Sequence[Given], dark: bool, mine: Given | None, truth: Given | None
) -> str:
    """Full colour for all before the reveal, after it for what was measured."""
    rows, most = [], max(len(given), 1)
    for option, n in zip(asked.options, counts(asked, given), strict=True):
        marks = [m for m, is_it in (("measured", truth), ("your answer", mine)) if is_it == option]
        named = f' <span class="mark">({", ".join(marks)})</span>' if marks else ""
        full = truth is None or option == truth
        rows.append(
            f'<li{" class=full" if full else ""}><div class="said"><span>{escape(option)}{named}'
            f'</span><b>{n}</b></div><div class="track"><div style="width:{100 * n / most:.1f}%">'
            "</div></div></li>"
        )
    return _sheet(dark) + f"<ul>{''.join(rows)}</ul>"


def _dots(
    asked: Asked, given: Sequence[Given], dark: bool, mine: Given | None, truth: Given | None
) -> str:
    """A dot for each number above the question's range, equal ones on top of each other."""
    assert asked.number is not None
    low, high = asked.number

    def at(value: float) -> float:
        return 100 * (min(max(value, low), high) - low) / (high - low)

    heights = stacks(asked, given, COLUMNS)
    own = stacks(asked, [] if mine is None else [mine], COLUMNS)
    most = max(*heights, 8)
    parts = []
    if isinstance(truth, (int, float)):
        left, right = at(truth - asked.tolerance), at(truth + asked.tolerance)
        parts.append(
            f'<span class="zone" style="left:{left:.1f}%;right:{100 - right:.1f}%"></span>'
        )
        parts.append(f'<span class="truth" style="left:{at(truth):.1f}%"></span>')
    for column, height in enumerate(heights):
        for row in range(height):
            is_mine = " class=mine" if row == 0 and own[column] else ""
            x, y = (column + 0.5) * 100 / COLUMNS, row * 100 / most
            parts.append(f'<i{is_mine} style="left:{x:.2f}%;bottom:{y:.2f}%"></i>')
    ticks = [low + (high - low) * i / 4 for i in range(5)]
    axis = "".join(f'<span style="left:{at(t):.0f}%">{_said(asked, t)}</span>' for t in ticks)
    numbers = [value for value in given if not isinstance(value, str)]
    said = words.plural(len(numbers), "answer") + _range(asked, numbers)
    under = f'<p class="mark">{_measured(asked, truth, mine)}</p>' if truth is not None else ""
    return (
        _sheet(dark, f"min({100 / COLUMNS:.2f}cqw, {100 / most:.2f}cqh)")
        + f'<div class="dots" role="img" aria-label="{escape(said)}">{"".join(parts)}</div>'
        + f'<div class="axis" aria-hidden="true">{axis}</div>{under}'
    )


def _measured(asked: Asked, truth: Given, mine: Given | None) -> str:
    own = "" if mine is None or isinstance(mine, str) else f"; your answer: {_said(asked, mine)}"
    said = truth if isinstance(truth, str) else _said(asked, truth)
    return escape(f"Dashed: measured, {said}{own}")


def _range(asked: Asked, numbers: Sequence[float]) -> str:
    if not numbers:
        return ""
    ordered = sorted(numbers)
    low, middle, high = ordered[0], ordered[len(ordered) // 2], ordered[-1]
    return (
        f", from {_said(asked, low)} to {_said(asked, high)}, in the middle {_said(asked, middle)}"
    )


def _said(asked: Asked, value: float) -> str:
    return f"{value:.3g}{' ' if asked.unit and asked.unit != '%' else ''}{asked.unit}"
