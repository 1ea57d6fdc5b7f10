"""Numbers and lists in English: the one home of how a title, a sentence or an axis writes them.

What two numbers look like decides whether they may be called different: see `alike`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

Form = str | Callable[[float], str]
"""How to write a number: a format such as ".0%", or a function such as `number`."""

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MANY_TIMES = 1000
"""A factor beyond this is only called so."""


# ---------------------------------------------------------------- numbers


def number(value: float) -> str:
    """Two digits, whole above ten, powers of ten far away: 0.37, 2.4, 130, 12,345, 3 × 10⁻¹², ∞."""
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    size = abs(value)
    if size != 0 and not 0.0000995 <= size < 1e6:
        return scientific(value)
    value *= 1 + 1e-12  # halves away from 0, as axes do it: 0.0625 is 0.063
    return f"{value:.2g}" if size < 9.95 else f"{value:,.0f}"


def scientific(value: float) -> str:
    """One digit and a power of ten: 3 × 10⁻¹²."""
    mantissa, exponent = f"{value:.0e}".split("e")
    power = power_of_ten(int(exponent))
    return power if mantissa == "1" else f"{mantissa} × {power}"


def with_minus(value: float) -> str:
    """A number as people write it, with a minus sign, not a hyphen: −0.5."""
    return written(f"{value:g}")


def power_of_ten(exponent: int) -> str:
    """10⁻¹²."""
    return "10" + str(exponent).translate(_SUPERSCRIPT)


def percent(share: float, digits: int = 0) -> str:
    """A share in percent; that of networks which all diverged is not a number."""
    return "no answer (diverged)" if math.isnan(share) else f"{share:,.{digits}%}"


def share(part: float) -> str:
    """A share in percent that is called 0% and 100% only where it is: "0.4%", "under 0.1%"."""
    if 0 < part < 0.001:
        return "under 0.1%"
    if 0.999 < part < 1:
        return "over 99.9%"
    return f"{part:.1%}" if 0 < part < 0.01 or 0.99 < part < 1 else f"{part:.0%}"


def points(difference: float) -> str:
    """A difference of two shares, beside the second: "2.3 points above", "level with"."""
    size = abs(100 * difference)
    side = "above" if difference > 0 else "below"
    return "level with" if size < 0.05 else f"{size:.1f} points {side}"


def times(factor: float) -> str:
    """A factor: "2.4 times", "38 times", "over 1000 times"."""
    if factor >= MANY_TIMES:
        return f"over {MANY_TIMES} times"
    return f"{factor:.1f} times" if factor < 10 else f"{factor:.0f} times"


def fraction(value: float) -> str:
    """1/6 where a number is a simple fraction, else its digits."""
    simple = Fraction(value).limit_denominator(12)
    exact = value > 0 and abs(float(simple) / value - 1) < 1e-6
    return str(simple) if exact else f"{value:.3g}"


def p_value(p: float) -> str:
    """p = 0.11, p = 0.0004, p < 0.0001; "no test" where there was none (NaN)."""
    if math.isnan(p):
        return "no test"
    return "p < 0.0001" if p < 1e-4 else f"p = {p:.2g}"


def label(value: object) -> str:
    """What a legend or a control calls a value: 0.001 rather than 0.0010000000474974513, 10⁻⁵."""
    if not isinstance(value, float):
        return str(value)
    mantissa, _, exponent = f"{value:.4g}".partition("e")
    if not exponent:
        return mantissa
    power = power_of_ten(int(exponent))
    return power if mantissa == "1" else f"{mantissa} × {power}"


_CODE = re.compile(r"(`[^`]*`|\$\$.*?\$\$|\$[^$]*\$)", re.DOTALL)
_EQUAL = re.compile(r"(?<=\b[^\W\d_]) ([=<]) (?=\S)")
_TIMES = re.compile(r" × (?=10|√)")
_SHAPE = re.compile(r"(\(\d+), (\d+\))")
_EXPONENT = re.compile(r"(?<![\w.])(-?)(\d+(?:\.\d+)?)e([+-]?\d+)\b")
_MINUS = re.compile(r"(?<![\w\]).⁻-])-(?=[\d∞])")
_SIGNED_ZERO = re.compile(r"(?<![\w)])[−+](?=0(?:\.0+)?(?!\d|\.\d))")
PLAIN = range(-4, 6)
"""Powers of ten that are written out: 0.00012 and 123,000."""


def written(text: str) -> str:
    """A text whose numbers are as people write them: 3 × 10⁻⁸ for 3e-08, −0.5 for -0.5, 0.00 for
    -0.00, 5% for 5 %; code and formulas stay.
    """
    parts = _CODE.split(text)
    parts[::2] = [_numbers(part) for part in parts[::2]]
    return "".join(parts)


def _numbers(text: str) -> str:
    text = _EXPONENT.sub(_without_exponent, text)
    text = _SIGNED_ZERO.sub("", _MINUS.sub("−", text))
    return re.sub(r"(?<=\d) %", "%", text)


def _without_exponent(match: re.Match[str]) -> str:
    minus, mantissa, exponent = match[1], match[2], int(match[3])
    if exponent in PLAIN:
        return f"{minus}{Decimal(f'{mantissa}e{exponent}'):,f}"
    power = power_of_ten(exponent)
    return minus + (power if mantissa == "1" else f"{mantissa} × {power}")


@lru_cache(1024)  # each run of a page says again what the last one said
def unbroken(text: str) -> str:
    """A text in which no line ends within a number, a fraction or a shape, or between a letter and
    what it equals or is below; code and formulas stay.
    """
    parts = _CODE.split(text)
    parts[::2] = [
        _EQUAL.sub("\u00a0\\1\u00a0", _TIMES.sub("\u00a0×\u00a0", part)).replace("/√", "/\u2060√")
        for part in (_SHAPE.sub("\\1,\u00a0\\2", part) for part in parts[::2])
    ]
    return "".join(parts)


# ---------------------------------------------------------------- as printed


def printed(value: float, form: Form = number) -> str:
    """A number in a form."""
    return form(value) if callable(form) else format(value, form)


def alike(values: Iterable[float], form: Form = number) -> bool:
    """Whether all values are printed the same, so that no sentence may call them different."""
    return len({printed(v, form) for v in values}) <= 1


def between(low: float, high: float, form: Form = ".0%") -> str:
    """A range: "9% to 11%", or the one number that both ends are printed as; "0.1% or less" from
    under 0.1% to 0.1%.
    """
    ends = printed(low, form), printed(high, form)
    if ends[0] == f"under {ends[1]}":
        return f"{ends[1]} or less"
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def bound(most: float, form: str) -> str:
    """What "at most" can be said of: a number in a form of fixed digits (".0%", ".2f"), rounded
    up.
    """
    if not math.isfinite(most):
        return format(most, form)
    ones = 10 ** (int(form[1:-1]) + (2 if form.endswith("%") else 0))
    return format(math.ceil(round(most * ones, 6)) / ones, form)


def span(values: Iterable[float], form: Form = ".0%") -> str:
    """The range of some values, those that are no numbers left out; see `between`."""
    known = [v for v in values if not math.isnan(v)] or [math.nan]
    return between(min(known), max(known), form)


# ---------------------------------------------------------------- words


def listed(things: Iterable[object]) -> str:
    """a, b and c; with semicolons where a thing has a comma of its own."""
    words = [str(thing) for thing in things]
    comma = "; " if any("," in word for word in words) else ", "
    return " and ".join([comma.join(words[:-1]), words[-1]] if len(words) > 1 else words)


def quoted(name: object) -> str:
    """“name”."""
    return f"“{name}”"


def plural(n: int, one: str, many: str = "") -> str:
    """1 network, 3 networks: a count and its noun; `many` where the plural is not `one` and s."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def every(n: int, noun: str) -> str:
    """Both networks, all 3 networks; the one network where there is but one."""
    return {1: f"the one {noun}", 2: f"both {noun}s"}.get(n, f"all {n:,} {noun}s")


def line_and_band(n: int, single: str = "One network.", line: str = "mean over") -> str:
    """What line and band are, of n networks; `single` where there is no band."""
    return f"Line: {line} {n} networks; band: their range." if n > 1 else single


def capital(text: str) -> str:
    """The text with a capital first letter, the others as they are; a name such as fc1 stays."""
    name = any(letter.isdigit() for letter in text.split(" ", 1)[0])
    return text if name else text[:1].upper() + text[1:]


def small(text: str) -> str:
    """The text with a small first letter, where it begins with a word (not "SGD")."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[:2] == "A " else text


_PIECES = re.compile(
    r"(?<=[.])\s+(?=[A-Z○])|;\s+|,\s+(?=(?:solid|dashed|dotted|lines?|bands?|bars?|ticks?)\b)"
)
_A_MARK = re.compile(
    r"\b(?:solid|dashed|dotted|lines?|bands?|bars?|ticks?|points?|circles?|squares?|colou?r(?:s|ed)?|orange|blue|grey)"
    r"\b[^:]*:|\ba (?:point|line) per\b|^[○×]",
    re.IGNORECASE,
)


def marks(subtitle: str) -> tuple[str, ...]:
    """What the marks of a chart are, out of its subtitle, a piece each ("dashed: test set", "band:
    range over 3 seeds"); the parts of the first sentence where it does not speak of them.
    """
    pieces = [piece.strip().removesuffix(".") for piece in _PIECES.split(subtitle)]
    return tuple(piece for piece in pieces if _A_MARK.search(piece)) or tuple(
        re.split(r", (?=[a-z]{4})", pieces[0])
    )


# ---------------------------------------------------------------- names

SCHEMES = {
    "zeros": "Zeros",
    "ones": "Ones",
    "constant": "Constant",
    "normal": "Fixed-std normal",
    "uniform": "Fixed-std uniform",
    "xavier_normal": "Xavier normal",
    "xavier_uniform": "Xavier uniform",
    "kaiming_normal": "Kaiming normal",
    "kaiming_uniform": "Kaiming uniform",
    "orthogonal": "Orthogonal",
    "pytorch_default": "PyTorch's default",
}
"""What charts and sentences call a scheme: its label in `initializers`, which charts may not
import; a test compares.
"""


def scheme_name(init: str) -> str:
    """What a chart calls a scheme, as controls and tables do."""
    return SCHEMES.get(init, init.replace("_", " "))
