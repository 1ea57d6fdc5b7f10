"""Read a table of numbers from a CSV file, and complain in one clear sentence where that is
impossible.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from .lazy import np, pd
from .sniffing import COMMA, NOT_FINITE, POINT, SAMPLE, SEPARATORS, BadData, Dress, counted, sniff

__all__ = ["BadData", "Table", "read_table"]

MAX_BYTES = 100_000_000  # of text, after decompression: a small .gz must not fill the memory
LARGEST_NUMBER = 1e15  # squares of it still add up in float64
_THOUSANDS = r"[+-]?[1-9][0-9]{0,2},[0-9]{3}"


@dataclass(frozen=True, eq=False)
class Table:
    """Numbers from a CSV: `columns` (names; empty if the file has no header) and `values`, float
    (n, d).

    `texts`: the one column that holds no numbers, at an end or the second, by its place; `values`
    are 0 there.
    `dress`: in words, how the file was read; `options`: the same as keywords of `pandas.read_csv`.
    """

    name: str
    columns: tuple[str, ...]
    values: np.ndarray
    texts: dict[int, np.ndarray] = field(default_factory=dict)
    dress: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    def label_of(self, column: int) -> str:
        """What to call a column in a sentence: its name in quotes, or its number."""
        return repr(self.columns[column][:40]) if self.columns else str(column + 1)

    def without_first(self) -> Table:
        """The same without its first column."""
        texts = {place - 1: text for place, text in self.texts.items()}
        return replace(self, columns=self.columns[1:], values=self.values[:, 1:], texts=texts)


def read_table(
    file: str | Path | IO[Any],
    name: str | None = None,
    *,
    text: bool = False,
    max_bytes: int | None = None,
    max_rows: int | None = None,
    first: int | None = None,
    dtype: str = "float64",
) -> Table:
    """Read a CSV, plain or gzipped, from a path or an open file (such as an upload).

    `name` is what messages call the file (default: the path's last part). What separates the
    columns, whether there is a header and what a decimal comma is: see `sniffing`. With `text`, one
    column at an end, or the second, may hold texts instead of numbers. `max_bytes` (default
    MAX_BYTES) and `max_rows` are looked at before anything is parsed; only the
    `first` rows are read, as `dtype`. Raises BadData for anything but a full table of finite
    numbers; rows are counted from 1 without the header.
    """
    name = name or str(getattr(file, "name", None) or file).replace("\\", "/").rsplit("/", 1)[-1]
    raw, encoding = _plain(_content(file, name, max_bytes or MAX_BYTES), name)
    second = raw.find(b"\n", raw.find(b"\n") + 1) if b"\n" in raw else -1
    looked_at = raw[: max(SAMPLE, second if second >= 0 else len(raw))]
    dress = sniff(looked_at.decode(errors="ignore"), len(looked_at) == len(raw), name)
    start = 0
    for _ in range(dress.header_lines):
        start = raw.find(b"\n", start) + 1 or len(raw)
    if not raw[start:].strip():
        raise BadData(f"{name} has a header but no rows below it.")
    if max_rows is not None and raw.count(b"\n", start) >= max_rows:
        rows = sum(1 for line in io.BytesIO(raw[start:]) if line.strip())
        if rows > max_rows:
            raise BadData(
                f"{name}: {rows:,} rows (without the header); at most {max_rows:,} are allowed."
            )
    table = _Parser(raw, start, dress, name, first).table(text, dtype)
    return replace(table, options={**table.options, **encoding})


def _content(file: str | Path | IO[Any], name: str, most: int) -> bytes:
    try:
        if isinstance(file, (str, Path)):
            with open(file, "rb") as opened:
                raw = _at_most(most, opened)
        else:
            if file.seekable():
                file.seek(0)  # an upload may have been read before
            read = file.read(most + 1)
            raw = read.encode() if isinstance(read, str) else bytes(read)
        if raw[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=io.BytesIO(raw)) as archive:
                raw = _at_most(most, archive)
    except (OSError, EOFError, zlib.error) as error:
        raise BadData(f"{name} cannot be read ({error}).") from error
    if len(raw) > most:
        raise BadData(f"{name} is too large: at most {most / 1e6:g} MB of text are allowed.")
    return raw


def _at_most(most: int, opened: IO[bytes] | gzip.GzipFile) -> bytes:
    """All bytes, or the first so many and some more; read(most) would set aside memory for all of
    them at once.
    """
    parts, left = [], most + 1
    while left > 0 and (part := opened.read(2**20)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _plain(raw: bytes, name: str) -> tuple[bytes, dict[str, str]]:
    """The text in UTF-8 without a byte order mark, lines ending with \\n; what is no UTF-8 counts
    as Western European. And pandas' option for the encoding that it had.
    """
    encoding = {}
    if b"\0" in raw:
        raise BadData(
            f"{name} is not a text file; a CSV (comma-separated text, or the same as .gz) is"
            " needed."
        )
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if not raw.isascii():
        try:
            raw.decode()
        except UnicodeDecodeError:
            # one character for each byte: two labels never become one
            raw, encoding = raw.decode("latin-1").encode(), {"encoding": "latin-1"}
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    raw = raw.lstrip(b"\n").rstrip(b"\n ")
    if not raw.strip():
        raise BadData(f"{name} is empty; a CSV with one row per sample is needed.")
    return raw, encoding


class _Parser:
    """The rows of a file from byte `start`, of which the `first` are read."""

    def __init__(self, raw: bytes, start: int, dress: Dress, name: str, first: int | None):
        self.raw, self.start, self.dress, self.name, self.first = raw, start, dress, name, first

    def table(self, text: bool, dtype: str) -> Table:
        """The Table; `text`: whether a column at an end may hold texts."""
        frame = self._frame(None if dtype == "float64" else dtype)
        width = frame.shape[1]
        if self.dress.columns and width != len(self.dress.columns):
            hint = "; decimal commas need another separator" if self.dress.separator == "," else ""
            names = counted(len(self.dress.columns), "columns")
            raise BadData(
                f"{self.name}: the header names {names}, but the rows have {width}{hint}."
            )
        texts: dict[int, np.ndarray] = {}
        comma = False
        if not all(kind.kind in "iuf" for kind in frame.dtypes):
            texts, comma = self._mend(frame, text)
        values = frame.to_numpy(dtype=dtype)
        self._check(values)
        read = f"{SEPARATORS[self.dress.separator]} between columns"
        read += ", decimal commas" if comma else ""
        read += ", names in the first row" if self.dress.columns else ", no row of names"
        options = self._options(bool(texts), comma)
        return Table(self.name, self.dress.columns, values, texts, read, options)

    def _options(self, words: bool, comma: bool) -> dict[str, Any]:
        """Keywords with which `pandas.read_csv` reads the file by itself."""
        options: dict[str, Any] = {"header": 0 if self.dress.columns else None}
        if self.dress.separator != ",":
            options["sep"] = r"\s+" if self.dress.separator == " " else self.dress.separator
        if comma:
            options["decimal"] = ","
        if words:  # a label such as None is a word
            options["keep_default_na"] = False
        return options | {"skipinitialspace": True}

    def _frame(self, dtype: str | None = None, usecols: list[int] | None = None) -> pd.DataFrame:
        """What pandas makes of it: numbers with a decimal point in `dtype`; None: as it finds
        them.
        """
        content = io.BytesIO(self.raw)
        content.seek(self.start)
        options: dict[str, Any] = {"dtype": dtype, "usecols": usecols, "nrows": self.first}
        separator = r"\s+" if self.dress.separator == " " else self.dress.separator
        try:
            return pd.read_csv(
                content,
                sep=separator,
                header=None,
                skipinitialspace=True,
                low_memory=False,
                keep_default_na=False,
                na_values=[""],
                **options,
            )
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise BadData(_ragged(str(error), self.name)) from error
        except ValueError:
            if dtype is None or usecols:
                raise
            return self._frame()

    def _mend(self, frame: pd.DataFrame, text: bool) -> tuple[dict[int, np.ndarray], bool]:
        """Numbers for what pandas left as text: decimal commas and odd blanks; returns texts by
        column, and commas or not.
        """
        ends = (0, 1, frame.shape[1] - 1)  # the second, where the first numbers the rows
        texts: dict[int, np.ndarray] = {}
        commas: dict[int, pd.Series] = {}
        for column in frame.columns:
            if frame[column].dtype.kind in "iuf":
                continue
            fields = frame[column].astype(object).fillna("").astype(str).str.strip()
            point, comma = fields.str.fullmatch(POINT), fields.str.fullmatch(COMMA)
            number = point | comma
            if text and column in ends and not texts and not number.any():
                texts[column] = fields.to_numpy(dtype=object)
                frame[column] = 0.0
                continue
            odd = ~number & (fields != "") & ~fields.str.lstrip("+-").str.lower().isin(NOT_FINITE)
            if odd.any():
                row = int(odd.to_numpy().argmax())
                raise BadData(
                    f"{self.name}: row {row + 1}, column {column + 1} holds {fields[row][:40]!r};"
                    " only numbers are allowed" + (" beside the labels." if texts else ".")
                )
            if comma.any():
                commas[column] = fields
            frame[column] = np.array([float(f.replace(",", ".")) if f else np.nan for f in fields])
        if commas:
            self._check_commas(frame, commas)
        return texts, bool(commas)

    def _check_commas(self, frame: pd.DataFrame, commas: dict[int, pd.Series]) -> None:
        """BadData where a comma may separate thousands, or where points do so in other columns."""
        others = [c for c in frame.columns if c not in commas and frame[c].dtype.kind == "f"]
        rest = self._frame("str", others) if others else pd.DataFrame()
        point = next(
            (
                f
                for c in rest
                for f in rest[c].astype(str)
                if "." in f and re.fullmatch(POINT, f.strip())
            ),
            None,
        )
        point = point or next((f for fields in commas.values() for f in fields if "." in f), None)
        found = [f for fields in commas.values() for f in fields if "," in f]
        if point:
            raise BadData(
                f"{self.name} holds {found[0][:20]!r} and {point[:20]!r}: decimal commas or points,"
                " but not both."
            )
        whole = any("," not in f for fields in commas.values() for f in fields)
        if all(re.fullmatch(_THOUSANDS, f) for f in found) and (
            whole or self.dress.separator != ";"
        ):
            raise BadData(
                f"{self.name} holds {found[0]!r}, which may be {found[0].replace(',', '.')} or "
                f"{found[0].replace(',', '')}; write decimal points, and thousands without commas."
            )

    def _check(self, values: np.ndarray) -> None:
        if values.min() >= -LARGEST_NUMBER and values.max() <= LARGEST_NUMBER:
            return  # no copy of a large table; a NaN is neither
        with np.errstate(invalid="ignore"):
            bad = ~(np.abs(values) <= LARGEST_NUMBER)
        if bad.any():
            row, column = (int(i[0]) for i in np.nonzero(bad))
            value = values[row, column]
            found = "is empty or the row is too short" if np.isnan(value) else f"holds {value:g}"
            raise BadData(
                f"{self.name}: row {row + 1}, column {column + 1} {found}; every row needs a number"
                f" from {-LARGEST_NUMBER:g} to {LARGEST_NUMBER:g} in each of its {values.shape[1]}"
                " columns."
            )


def _ragged(message: str, name: str) -> str:
    match = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", message)
    if match is None:
        return f"{name} is not a readable CSV ({message.strip()})."
    expected, row, saw = match.groups()
    return f"{name}: row {row} has {counted(int(saw), 'columns')}, but those above have {expected}."
