"""Links that set every control of a view away from its default, found by asking the pages."""

import math
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from conftest import ROOT

from tools.presets import opened, pages_seen, views
from weightkit.ui import link
from weightkit.ui.controls import Control
from weightkit.ui.visit import REVEAL, VIEW

TOLD = sorted(
    {
        found
        for file in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
        for found in re.findall(r"`(/[a-z_]+(?:\?[^`\s]*)?)`", file.read_text(encoding="utf-8"))
    }
)
"""Every link in the README and in docs/."""


def asked(told: str) -> dict[str, list[str]]:
    """What a link asks for."""
    return parse_qs(urlsplit(told).query)


def slug_of(told: str) -> str:
    return urlsplit(told).path.strip("/")


SPARE = {"chain": ["3-2, 4-1"]}
"""Texts that no link in docs/ has."""


def controls_of(slug: str) -> dict[str, dict[str, Control]]:
    """{view: {key: control}}, of those that stand there before the prediction; the view is "" where
    there is one only.
    """
    found: dict[str, dict[str, Control]] = {}
    with pages_seen() as seen:
        at = opened(slug)
        for view in views(at):
            if found:
                at = opened(slug, view=view)
            assert not at.exception, (slug, view)
            found[view] = {c.key: c for c in seen[-1]._controls}
    return found


def with_the_result(slug: str, query: dict[str, list[str]]) -> dict[str, Control]:
    """All controls of a page whose link asks for the result; it trains."""
    single = {key: raw if len(raw) > 1 else raw[0] for key, raw in query.items()}
    with pages_seen() as seen:
        at = opened(slug, **single, reveal="true")
    assert not at.exception and not at.error and not at.warning, (slug, query)
    return {c.key: c for c in seen[-1]._controls}


def combinations(
    slug: str, controls: dict[str, dict[str, Control]]
) -> Iterator[tuple[dict[str, list[str]], dict[str, Control]]]:
    """(what a link asks for, the controls of its page), of each view two or more. In each all
    controls are away from their defaults, with small budgets; over all, every name of every choice
    occurs.

    The first of a view has the result, if controls come with it.
    """
    used: set[tuple] = set()
    left = list(controls)
    for view, found in controls.items():
        left.remove(view)
        later = {c.options for other in left for c in controls[other].values()}
        n = 0
        while n < 2 or any(_unused(c, used) for c in found.values() if c.options not in later):
            query = _query(view, found, n, used)
            if n == 0:
                drawn = with_the_result(slug, query)
                more = {key: c for key, c in drawn.items() if key not in found}
                query |= _query("", more, n, used) | ({REVEAL: ["true"]} if more else {})
            yield _without_defaults(query, drawn), drawn if n == 0 else found
            n += 1


def _query(view: str, controls: dict[str, Control], n: int, used: set[tuple]) -> dict:
    """A link to `view` in which each of these controls has its n-th value."""
    asked_for = {key: link.spell(c, _away(c, n, used)) for key, c in controls.items()}
    return asked_for | ({VIEW: [view]} if view else {})


def _without_defaults(query: dict, controls: dict[str, Control]) -> dict:
    return {
        key: raw
        for key, raw in query.items()
        if key not in controls or raw != link.spell(controls[key], controls[key].default)
    }


def _away(c: Control, n: int, used: set[tuple]) -> Any:
    """The n-th value of a control that is not its default, of names first those that are new; the
    default where there is no other.
    """
    values = [v for v in _values(c) if n or v != "wine_quality"]  # which would be downloaded
    new = _unused(c, used, values)
    chosen = new[0] if new else values[n % len(values)] if values else c.default
    used.add((c.options, str(chosen)))
    return chosen


def _values(c: Control) -> list:
    """Values of a control beside its default: all of a choice, the two smallest of numbers (three
    networks of the largest kind are refused), and of several at once all, two, and the last.
    """
    if isinstance(c.default, bool):
        found = [not c.default]
    elif c.most:
        some = [tuple(c.options[: c.most]), tuple(c.options[:2]), tuple(c.options[-1:])]
        found = [one for one in some if set(one) != set(c.default)]
    elif c.text:
        found = [raw[0] for told in TOLD for key, raw in asked(told).items() if key == c.key]
        found += SPARE.get(c.key, [])
    elif c.options:
        found = [option for option in c.options if option not in c.withheld]
    else:
        kind = type(c.default)
        step = c.step or (1 if kind is int else (c.high - c.low) / 100)
        found = [kind(round(c.low + i * step, 6)) for i in range(2) if c.low + i * step <= c.high]
    return [value for value in found if value != c.default]


def _unused(c: Control, used: set[tuple], values: list | None = None) -> list:
    """The names of a choice (all that can be taken, or of `values`) that no combination has had."""
    if c.key == VIEW or c.slider or c.most or not (isinstance(c.default, str) and c.options):
        return []
    values = _values(c) if values is None else values
    return [name for name in values if (c.options, str(name)) not in used]


def values(control):
    """Every value that a control offers, or the ends and the middle of its range."""
    if isinstance(control.default, bool):
        return [False, True]
    if control.most:
        return [(one,) for one in control.options] + [tuple(control.options[: control.most])]
    if control.options:
        return list(control.options)
    if control.low is not None:
        kind = type(control.default)
        return [kind(v) for v in (control.low, (control.low + control.high) / 2, control.high)]
    return [control.default]


def same(one, other):
    return one == other or (isinstance(one, float) and math.isclose(one, other, rel_tol=1e-5))


def lost(control):
    """What of the control's values does not come back from its link, by its name in the code or the
    one on the screen.
    """
    for value in values(control):
        if value in control.withheld:
            continue  # a reader's own data
        raw = link.spell(control, value)
        if not same(link.read(control, raw), value):
            yield value, raw, link.read(control, raw)
        if control.options and not control.most:
            if raw != [link._text(value)]:
                yield value, raw, "no name from the code"
            if not same(link.read(control, [control.name(value)]), value):
                yield value, control.name(value), link.read(control, [control.name(value)])
