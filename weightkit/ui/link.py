"""What a link says, as values of controls, and back. A link carries names from the code and
canonical numbers.

Any spelling of an allowed value is understood (`0,30`, `1e-2`, `64.0`, `Orthogonal`), so that links
that were typed by hand, or shared when labels stood in them, still open; `spell` writes the one
that we share.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from .outside import SENTENCE, plain

if TYPE_CHECKING:
    from .controls import Control

MINUS = str.maketrans(dict.fromkeys("‐‑‒–—−﹣－", "-"))
YES, NO = ("true", "1", "yes", "on"), ("false", "0", "no", "off")
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([,.]\d{3}){2,}|[+-]?[1-9]\d{0,2},\d{3}")
# how alike a name must be to one of ours to be taken for a slip of the pen (difflib's ratio)
ALIKE = 0.75


def number(text: str) -> float:
    """The finite number that a reader has typed: comma or point, 1e-3, a minus sign of any kind.

    ValueError says what is wrong; a text that could mean two numbers (1,234) is refused.
    """
    tidy = text.strip().translate(MINUS).replace(" ", "").replace("\u202f", "").replace("\xa0", "")
    if THOUSANDS.fullmatch(tidy):
        raise ValueError(
            f"“{text}” could be read in two ways: write it without separators of thousands"
        )
    if "," in tidy and "." not in tidy and tidy.count(",") == 1:
        tidy = tidy.replace(",", ".")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", tidy, re.ASCII):
        raise ValueError(f"“{text}” is not a number such as 3, 0.5 or 1e-3")
    value = float(tidy)
    if not math.isfinite(value):
        raise ValueError(f"“{text}” is too large a number")
    return value


def read(control: Control, raw: Sequence[str]) -> Any:
    """The value of `control` that the values of a URL parameter ask for; ValueError with what is
    allowed.
    """
    c = control
    if len(raw) == 1 and raw[0] in c.withheld:
        raise ValueError(c.withheld[raw[0]])
    try:
        return _several(c, raw) if c.most else _one(c, _only(raw))
    except ValueError as problem:
        why = (
            f"{c.label.lower()} must be {c.allowed}"
            if c.parse is None
            else plain(problem, SENTENCE)
        )
        raise ValueError(
            f"The link asks for {c.key}={plain(', '.join(raw)) or '(nothing)'}, which cannot be"
            f" used: {why}."
        ) from None


def spell(control: Control, value: Any) -> list[str]:
    """The values of a URL parameter that ask for `value`, as they are shared."""
    if control.most:
        return [_text(v) for v in value]
    return [_text(value)]


def stray(name: str, ours: Iterable[str]) -> str | None:
    """A sentence about a parameter that is none of ours but looks like one; None where it is
    somebody else's.
    """
    near = get_close_matches(name, list(ours), 1, ALIKE)
    return (
        f"The link sets “{plain(name)}”, which this page does not have. Is it {near[0]}?"
        if near
        else None
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        short = f"{value:g}"
        return short if math.isclose(float(short), value, rel_tol=1e-5) else repr(value)
    return str(value)


def _only(raw: Sequence[str]) -> str:
    if len(set(raw)) != 1 or not raw[0].strip():
        raise ValueError(raw)
    return raw[0]


def _one(c: Control, raw: str) -> Any:
    if isinstance(c.default, bool):
        word = raw.strip().lower()
        if word not in YES + NO:
            raise ValueError(raw)
        return word in YES
    if c.options:
        return _option(c, raw)
    if c.low is not None:
        value = number(raw)
        if not c.low <= value <= c.high:
            raise ValueError(raw)
        return _whole(value) if isinstance(c.default, int) else value
    if c.parse is not None:
        c.parse(raw)
    return raw


def _several(c: Control, raw: Sequence[str]) -> tuple:
    try:
        picked = [_option(c, r) for r in raw]
    except ValueError:
        picked = [_option(c, part) for r in raw for part in r.split(",")]
    if c.most is None or not 0 < len(set(picked)) <= c.most:
        raise ValueError(raw)
    return tuple(option for option in c.options if option in picked)


def _option(c: Control, raw: str) -> Any:
    """The option with this name in the code, this display name, or this value."""
    for told in (str, c.name, lambda o: _tidy(str(o)), lambda o: _tidy(c.name(o))):
        for option in c.options:
            if told(option) in (raw, _tidy(raw)):
                return option
    value = number(raw)
    for option in c.options:
        if isinstance(option, (int, float)) and math.isclose(value, option, rel_tol=1e-5):
            return option
    raise ValueError(raw)


def _tidy(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())


def _whole(value: float) -> int:
    if value != int(value):
        raise ValueError(value)
    return int(value)
