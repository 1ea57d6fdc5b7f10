"""What the files of MNIST and of red wine hold, however they are dressed: with a header or none,
label first or last.
"""

from __future__ import annotations

from .labels import LABEL_NAMES, without_row_numbers
from .lazy import np
from .sniffing import BadData, counted
from .tables import Table

WINE_COLUMNS = (
    "fixed acidity",
    "volatile acidity",
    "citric acid",
    "residual sugar",
    "chlorides",
    "free sulfur dioxide",
    "total sulfur dioxide",
    "density",
    "pH",
    "sulphates",
    "alcohol",
    "quality",
)


def mnist_images(table: Table, origin: str) -> tuple[np.ndarray, np.ndarray, str]:
    """Pixels in [0, 1], float32 (n, 784), the digits (n,), and what is to be said of both; BadData
    names `origin`.
    """
    table, said = without_row_numbers(table)
    if table.values.shape[1] != 785:
        raise BadData(
            f"{origin} has {counted(table.values.shape[1], 'columns')}; MNIST needs 785: a label"
            " from 0 to 9, and 784 pixels from 0 to 1 or from 0 to 255."
        )
    place = _digit_column(table, origin)
    y, x = table.values[:, place], table.values[:, :-1] if place else table.values[:, 1:]
    low, high = x.min(), x.max()
    if low < 0 or high > 255 or 1 < high < 128:  # a scale of 0 to 16, for instance
        raise BadData(
            f"{origin}: pixels must be from 0 to 1 or from 0 to 255; found {low:g} to {high:g}."
        )
    scaled = high > 1
    said = f"{'scaled to' if scaled else 'as they are in'} [0, 1]; {_digits_in_words(y)}.{said}"
    said += " The label is the last column." if place else ""
    return (
        x / np.float32(255) if scaled else x,
        y,
        said,
    )  # rounded once: the same bits as in float64 and then to float32


def _digit_column(table: Table, origin: str) -> int:
    """0 or 784, the place of MNIST's label: by its name, else the end that holds digits, two
    different ones or more.
    """
    ends = (0, table.values.shape[1] - 1)
    named = [
        place for place in ends if table.columns and table.columns[place].lower() in LABEL_NAMES
    ]
    held = {place: np.unique(table.values[:, place]) for place in ends}
    fit = [
        place for place in ends if len(held[place]) > 1 and np.isin(held[place], range(10)).all()
    ]
    if len(named) == 1 and named[0] in fit:
        return named[0]
    if not named and len(fit) == 1:
        return fit[0]
    if len(fit) == 2:
        raise BadData(
            f"{origin}: the first column and the last may both be the label, as both hold whole"
            " numbers from 0 to 9; name one of them label in a row above."
        )
    place = named[0] if len(named) == 1 else 0
    which = "first" if place == 0 else "last"
    wrong = held[place][~np.isin(held[place], range(10))]
    if not len(wrong):
        raise BadData(
            f"{origin}: the {which} column is the label, two or more different digits; found only"
            f" {held[place][0]:g}."
        )
    raise BadData(
        f"{origin}: the {which} column is the label, a whole number from 0 to 9; found"
        f" {wrong[0]:g}."
    )


def _digits_in_words(y: np.ndarray) -> str:
    """The classes of a file: "ten classes", or which of the digits there are."""
    digits = [f"{digit:.0f}" for digit in np.unique(y)]
    if len(digits) == 10:
        return "ten classes"
    words = ("two", "three", "four", "five", "six", "seven", "eight", "nine")
    return f"{words[len(digits) - 2]} classes: {', '.join(digits[:-1])} and {digits[-1]}"


def wine_table(table: Table) -> tuple[np.ndarray, str]:
    """float64 (n, 12) in the order of WINE_COLUMNS, whatever the order in the table; and what is to
    be said of its dress.

    Raises BadData for other columns, and for a quality that is not from 0 to 10.
    """
    table, said = without_row_numbers(table)
    if table.dress not in ("", "semicolons between columns, names in the first row"):
        said += f" Read with {table.dress}."
    if not table.columns:
        raise BadData(f"{table.name}: the first row must hold the column names, found numbers.")
    positions = {column.lower().replace("_", " "): i for i, column in enumerate(table.columns)}
    missing = [column for column in WINE_COLUMNS if column.lower() not in positions]
    if missing or table.values.shape[1] != len(WINE_COLUMNS):
        raise BadData(
            f"{table.name} has {counted(table.values.shape[1], 'columns')}"
            f" ({', '.join(table.columns)[:200]}); red wine needs these"
            f" {len(WINE_COLUMNS)}: {', '.join(WINE_COLUMNS)}."
            + (f" Missing: {', '.join(missing)}." if missing else "")
        )
    values = table.values[:, [positions[column.lower()] for column in WINE_COLUMNS]]
    quality = values[:, -1]
    if quality.min() < 0 or quality.max() > 10:
        raise BadData(
            f"{table.name}: quality must be from 0 to 10; found {quality.min():g} to"
            f" {quality.max():g}."
        )
    return values, said
