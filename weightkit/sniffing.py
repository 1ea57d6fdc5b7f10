"""How a CSV is dressed: what separates its columns and whether its first row holds names, told from
its first rows.

A reading must make sense in every row looked at: as many columns in each, numbers everywhere but in
one column of labels. Where two do, or where the first row may be either, the file is refused in one
sentence: never a guess.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

MAX_COLUMNS = 1_000  # checked before anything is parsed: ten million columns take pandas minutes
SAMPLE = 256 * 1024  # bytes that are looked at
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks"}
LABEL_NAMES = frozenset(("label", "class", "target"))
LIKELY_NAMES = frozenset(
    ["species", "variety", "quality", "outcome", "diagnosis", "survived", "digit", "y"]
)
BESIDE_NUMBERS = {"", *LABEL_NAMES, *LIKELY_NAMES} - {
    "y"
}  # names that tell a header from labels: y, n are labels
MISSING = frozenset(("", "?", "nan", "na", "n/a", "#n/a", "null"))
NOT_FINITE = frozenset(("inf", "infinity", "nan"))

POINT = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
COMMA = r"[+-]?[0-9]+,[0-9]+(?:[eE][+-]?[0-9]+)?"  # in "1, 2" and "1 ,2" the comma separates
_number = re.compile(f"{POINT}|{COMMA}")


class BadData(ValueError):
    """A file that cannot be used: the message names the file, what was found and what is
    allowed.
    """


@dataclass(frozen=True)
class Dress:
    """`separator` is one of SEPARATORS; `columns` their names, none without a header of
    `header_lines` lines.
    """

    separator: str
    columns: tuple[str, ...]
    header_lines: int


def counted(n: int, noun: str) -> str:
    """1 row, 2,000 rows, 3 classes: a count and its noun, of which this is the plural."""
    if n == 1:
        noun = noun.removesuffix("es" if noun.endswith("sses") else "s")
    return f"{n:,} {noun}"


def is_number(field: str) -> bool:
    """Whether a field holds a number with a decimal point or comma, or a word for one that is not
    finite.
    """
    return bool(_number.fullmatch(field)) or field.lstrip("+-").lower() in NOT_FINITE


def sniff(text: str, complete: bool, name: str) -> Dress:
    """The dress of a CSV that begins with `text` (lines end with \\n), all of it or (not
    `complete`) its first part.

    Raises BadData, which calls the file `name`, for more than MAX_COLUMNS columns and where no
    reading or more than one is possible.
    """
    top = text.split("\n", 2)[:2]
    widths = {separator: max(line.count(separator) for line in top) + 1 for separator in SEPARATORS}
    allowed = [s for s, width in widths.items() if width <= MAX_COLUMNS or s == " "]
    readings = [_Reading.of(text, complete, separator) for separator in allowed]
    best = max(readings, key=lambda reading: reading.merit)
    if best.merit != _CLEAR and len(allowed) < len(SEPARATORS):
        widest = max(width for separator, width in widths.items() if separator not in allowed)
        raise BadData(f"{name} has {widest:,} columns; at most {MAX_COLUMNS:,} are allowed.")
    if not best.rows:
        raise BadData(f"{name}: the header row is not readable (a field is too long).")
    clear = [reading for reading in readings if reading.merit == _CLEAR]
    sound = [reading for reading in clear if not _cuts_labels(readings, reading)]
    if clear and len(sound) != 1:
        ways = [
            f"{SEPARATORS[r.separator]} ({counted(r.width, 'columns')})"
            for r in readings
            if r.agrees and r.width > 1
        ]
        raise BadData(
            f"{name}: the columns may be separated by {' or '.join(ways)}; found"
            f" {_shown(best.rows[-1])}."
        )
    clear = sound
    best = clear[0] if clear else best
    if not _has_header(best.rows[0], best.rows[1:], name):
        return Dress(best.separator, (), 0)
    return Dress(best.separator, tuple(best.rows[0]), best.header_lines)


_CLEAR = (3, 0.0)


@dataclass(frozen=True)
class _Reading:
    """The first rows, as one separator cuts them."""

    separator: str
    rows: list[list[str]]
    header_lines: int  # lines of the first row

    @classmethod
    def of(cls, text: str, complete: bool, separator: str) -> _Reading:
        lines = text.split("\n")
        if not complete and len(lines) > 2:
            lines.pop()  # the last may be cut off
        if separator == " ":
            lines = [line.strip() for line in lines]
        reader = csv.reader(
            (line + "\n" for line in lines), delimiter=separator, skipinitialspace=True
        )
        rows, header_lines = [], 0
        with suppress(
            csv.Error
        ):  # a field of more than 131,072 characters; what is above it tells enough
            for row in reader:
                if row:
                    rows.append([field.strip() for field in row])
                    header_lines = header_lines or reader.line_num
        return cls(separator, rows, header_lines)

    @property
    def width(self) -> int:
        """Columns of most rows below the first."""
        return Counter(map(len, self.rows[1:] or self.rows)).most_common(1)[0][0]

    @property
    def agrees(self) -> bool:
        """Whether all rows have the same number of columns."""
        return len(set(map(len, self.rows))) == 1

    @property
    def merit(self) -> tuple[int, float]:
        """The larger, the more sense it makes: _CLEAR for a reading without fault."""
        if not self.rows:
            return -1, 0.0
        body, width = self.rows[1:] or self.rows, self.width
        if width < 2:
            return 0, float(len(self.rows[0]))
        agreeing = sum(len(row) == width for row in body) / len(body)
        if agreeing < 1:
            return 1, agreeing
        columns = list(zip(*body, strict=True))
        texts = [
            place
            for place, column in enumerate(columns)
            if not all(is_number(f) for f in column if f)
        ]
        if self.agrees and (not texts or self._are_labels(texts, columns)):
            return _CLEAR
        return 2, -len(texts) / width - (not self.agrees) / 1e3

    def _are_labels(self, texts: list[int], columns: list[tuple[str, ...]]) -> bool:
        """One column at an end, or after one that may number the rows, without any number in it."""
        ends = {0, self.width - 1} | ({1} if len(set(columns[0])) == len(columns[0]) else set())
        return len(texts) == 1 and texts[0] in ends and not any(map(is_number, columns[texts[0]]))

    @property
    def texts(self) -> set[str]:
        """The fields that are no numbers."""
        return {
            field for row in self.rows[1:] or self.rows for field in row if not is_number(field)
        }


def _has_header(first: list[str], below: list[list[str]], name: str) -> bool:
    """Whether the first row holds names, told from those below; BadData where that is not clear."""
    body = [row for row in below if len(row) == len(first)]
    numbers = [field for field in first if is_number(field)]
    words = {place: field for place, field in enumerate(first) if not is_number(field)}
    counting = numbers in ([str(start + i) for i in range(len(numbers))] for start in (0, 1))
    if not words:
        if counting and len(numbers) > 1:
            raise BadData(
                f"{name}: the first row, {_shown(first)}, may be numbers of columns or a sample;"
                " name the columns, or remove the row."
            )
        return False
    if (
        numbers
        and body
        and all(word and word in {row[place] for row in body} for place, word in words.items())
    ):
        return False  # labels that occur below as well
    if numbers and not (
        counting and all(word.lower() in BESIDE_NUMBERS for word in words.values())
    ):
        raise BadData(
            f"{name}: the first row, {_shown(first)}, is neither all names nor a sample like those"
            " below."
        )
    if all(word.lower() in MISSING for word in words.values()) and not numbers:
        raise BadData(f"{name}: the first row, {_shown(first)}, holds neither names nor numbers.")
    if "" in first[1:]:
        raise BadData(
            f"{name}: column {first.index('', 1) + 1} has no name in the first row,"
            f" {_shown(first)}."
        )
    return True


def _cuts_labels(readings: list[_Reading], reading: _Reading) -> bool:
    """Whether words of a reading hold what separates columns in another: in 1,5;cat it is the
    semicolon, not the comma.
    """
    others = {r.separator for r in readings if r is not reading and r.agrees and r.width > 1} - {
        " "
    }
    return any(separator in text for separator in others for text in reading.texts)


def _shown(row: list[str]) -> str:
    """The beginning of a row, for a message."""
    shown = ", ".join(field[:20] for field in row[:4]).replace("\n", " ")
    return f"'{shown}{', ...' if len(row) > 4 else ''}'"
