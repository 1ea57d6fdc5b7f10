"""Read a table of numbers from a CSV file, and complain in one clear sentence where that is impossible."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from .lazy import lazy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
else:
    np, pd = lazy("numpy"), lazy("pandas")

MAX_BYTES = 100_000_000  # of text, after decompression: a small .gz must not fill the memory
MAX_COLUMNS = 1_000  # checked before anything is parsed: ten million columns take pandas minutes
LARGEST_NUMBER = 1e15  # squares of it still add up in float64
SEPARATORS = ",;\t"


class BadData(ValueError):
    """A file that cannot be used: the message names the file, what was found and what is allowed."""


@dataclass(frozen=True, eq=False)
class Table:
    """Numbers from a CSV: `columns` (names; empty if the file has no header) and `values`, float64 (n, d)."""

    name: str
    columns: tuple[str, ...]
    values: np.ndarray


def read_table(
    file: str | Path | IO[Any], name: str | None = None, *, header: bool = True, separator: str | None = None
) -> Table:
    """Read a CSV, plain or gzipped, from a path or an open file (such as an upload).

    `name` is what messages call the file (default: the path's last part). Without `separator`, the first
    line decides between comma, semicolon and tab. Raises BadData for anything but a full table of finite
    numbers; rows are counted from 1 without the header.
    """
    name = name or str(getattr(file, "name", None) or file).replace("\\", "/").rsplit("/", 1)[-1]
    text = _text(_content(file, name), name)
    first_line = text.split("\n", 1)[0]
    separator = separator or max(SEPARATORS, key=first_line.count)
    for line in text.split("\n", 2)[:2]:
        if line.count(separator) >= MAX_COLUMNS:
            raise BadData(f"{name} has {line.count(separator) + 1:,} columns; at most {MAX_COLUMNS:,} are allowed.")
    columns: tuple[str, ...] = ()
    if header:
        columns = _fields(first_line, separator, name)
        if all(map(_is_number, columns)):
            raise BadData(f"{name}: the first row must hold the column names, found numbers ({first_line[:40]}).")
        text = text[len(first_line) :].lstrip("\n")
        if not text.strip():
            raise BadData(f"{name} has a header but no rows below it.")
    values = _numbers(text, separator, name)
    if header and values.shape[1] != len(columns):
        raise BadData(f"{name}: the header names {len(columns)} columns, but the rows have {values.shape[1]}.")
    return Table(name, columns, values)


def _content(file: str | Path | IO[Any], name: str) -> bytes:
    try:
        if isinstance(file, (str, Path)):
            raw = Path(file).read_bytes()
        else:
            if file.seekable():
                file.seek(0)  # an upload may have been read before
            raw = file.read()
            raw = raw.encode() if isinstance(raw, str) else bytes(raw)
        if raw[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=io.BytesIO(raw)) as archive:
                raw = archive.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadData(f"{name} cannot be read ({error}).") from error
    if len(raw) > MAX_BYTES:
        raise BadData(f"{name} is too large: at most {MAX_BYTES // 1_000_000} MB of text are allowed.")
    return raw


def _text(raw: bytes, name: str) -> str:
    if b"\0" in raw:
        raise BadData(f"{name} is not a text file; a CSV (comma-separated text, or the same as .gz) is needed.")
    text = raw.decode("utf-8-sig", errors="replace")  # only numbers matter, not umlauts in names
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    if not text.strip():
        raise BadData(f"{name} is empty; a CSV with one row per sample is needed.")
    return text


def _numbers(text: str, separator: str, name: str) -> np.ndarray:
    """float64 (rows, columns) of the rows of `text`."""
    try:
        frame = pd.read_csv(io.StringIO(text), sep=separator, header=None, low_memory=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise BadData(_ragged(str(error), name)) from error
    for column in frame.columns:
        if frame[column].dtype.kind in "iuf":
            continue
        numbers = pd.to_numeric(frame[column].astype(str), errors="coerce")
        bad = (numbers.isna() & frame[column].notna()).to_numpy()
        if bad.any():
            row = int(bad.argmax())
            found = str(frame[column].iloc[row])[:40]
            raise BadData(f"{name}: row {row + 1}, column {column + 1} holds {found!r}; only numbers are allowed.")
        frame[column] = numbers
    values = frame.to_numpy(dtype=np.float64)
    with np.errstate(invalid="ignore"):
        bad = ~(np.abs(values) <= LARGEST_NUMBER)
    if bad.any():
        row, column = (int(i[0]) for i in np.nonzero(bad))
        value = values[row, column]
        found = "is empty or the row is too short" if np.isnan(value) else f"holds {value:g}"
        raise BadData(
            f"{name}: row {row + 1}, column {column + 1} {found}; every row needs a number from "
            f"{-LARGEST_NUMBER:g} to {LARGEST_NUMBER:g} in each of its {values.shape[1]} columns."
        )
    return values


def _ragged(message: str, name: str) -> str:
    found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", message)
    if found is None:
        return f"{name} is not a readable CSV ({message.strip()})."
    expected, row, saw = found.groups()
    return f"{name}: row {row} has {saw} columns, but the rows above it have {expected}."


def _fields(line: str, separator: str, name: str) -> tuple[str, ...]:
    try:
        return tuple(field.strip() for field in next(csv.reader([line], delimiter=separator)))
    except csv.Error as error:
        raise BadData(f"{name}: the header row is not readable ({error}).") from error


def _is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True
