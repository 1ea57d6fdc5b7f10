"""Which column of a reader's table is the label, which only numbers the rows; both are said, and
refused where unclear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .lazy import np
from .samples import CsvForm
from .sniffing import LABEL_NAMES, LIKELY_NAMES, MISSING, BadData, counted
from .tables import Table

CLASSES = (2, 20)
ROW_NAMES = re.compile(  # told from features by counting
    r".*(id|index|idx)|(level_\d+|rows?|row\W?names?|row\W?numbers?|case|obs|observation|sample"
    r"|record|s\W*)?\W*(no|nr|num|number)?\W*"
)
ASK = "Name the column of the labels label, and let it be the first or the last."


@dataclass(frozen=True, eq=False)
class Labelled:
    """Features (n, d) float64, class numbers `y` (n,) from 0, the names of the classes, and how
    they were told.
    """

    x: np.ndarray
    y: np.ndarray
    classes: tuple[str, ...]
    said: str
    form: CsvForm


def without_row_numbers(table: Table) -> tuple[Table, str]:
    """The table without first columns that only number its rows, and a sentence about them (""
    where there are none).

    Such a column has no name or one like "id" and holds 0, 1, 2, ... or 1, 2, 3, ... in any order;
    one that pandas wrote without a name may have gaps. Without a header, every column has no name.
    """
    said = ""
    while table.values.shape[1] > 1:
        name = table.columns[0].lower() if table.columns else ""
        unnamed = bool(table.columns) and bool(re.fullmatch(r"(unnamed: \d+(\.\d+)*)?", name))
        first, n = table.values[:, 0], len(table.values)
        distinct = np.unique(first)
        whole = (
            0 not in table.texts and len(distinct) == n and bool((first == np.floor(first)).all())
        )
        counts = whole and distinct[0] in (0, 1) and distinct[-1] - distinct[0] == n - 1
        if not (unnamed or (counts and (not table.columns or ROW_NAMES.fullmatch(name)))):
            break
        if not whole:
            found = table.texts[0][0] if 0 in table.texts else f"{first[0]:g}"
            raise BadData(
                f"{table.name}: the first column has no name and does not count the rows (it begins"
                f" with {str(found)[:40]!r}); name it, or remove it."
            )
        which = repr(table.columns[0]) if name else "without a name"
        said += f" The first column, {which}, numbers the rows and is left out."
        table = table.without_first()
    return table, said


def labelled(table: Table) -> Labelled:
    """Features and label of a reader's table: see `label_column` for which it is; BadData where it
    is not clear.
    """
    whole = table.values.shape[1]
    table, dropped = without_row_numbers(table)
    width = table.values.shape[1]
    place, why = label_column(table)
    feature_texts = [column for column in table.texts if column != place]
    if feature_texts:
        raise BadData(
            f"{table.name}: row 1, column {feature_texts[0] + 1} holds"
            f" {str(table.texts[feature_texts[0]][0])[:40]!r}; only numbers are allowed beside the"
            f" label, {table.label_of(place)}."
        )
    column = "last" if place else "first"
    if place in table.texts:
        labels = table.texts[place]
        _check_texts(table, labels)
    else:
        labels = table.values[:, place]
        fractional = labels != np.floor(labels)
        if fractional.any():
            raise BadData(
                f"{table.name}: the {column} column, {table.label_of(place)}, is the label and must"
                f" hold whole numbers or words (the classes), found {labels[fractional][0]:g}."
            )
    names, y = np.unique(labels, return_inverse=True)
    if not CLASSES[0] <= len(names) <= CLASSES[1]:
        raise BadData(
            f"{table.name}: {counted(len(names), 'different classes')} in the {column} column,"
            f" {table.label_of(place)}; allowed are {CLASSES[0]} to {CLASSES[1]}."
        )
    classes = tuple(str(name) if place in table.texts else f"{name:.0f}" for name in names)
    x = table.values[:, :-1] if place else table.values[:, 1:]
    what = table.label_of(place) + " " if table.columns else ""
    numbered = "" if classes == tuple(map(str, range(len(classes)))) else f" ({_numbered(classes)})"
    said = (
        f"{counted(len(x), 'rows')}, {counted(width - 1, 'features')}; label {what}with"
        f" {len(classes)} classes{numbered}:"
        f" the {column} column, {why}.{dropped} Read with {table.dress}."
    )
    form = CsvForm(table.options, whole - width, -1 if place else 0, place in table.texts)
    return Labelled(x, y, classes, said, form)


def label_column(table: Table) -> tuple[int, str]:
    """The place of the label, first or last, and why it is that one; BadData where it is not clear.

    Named label, class or target; else by a name that is likely (species, y, ...); else the one end
    that can hold classes.
    """
    last = table.values.shape[1] - 1
    names = [name.lower() for name in table.columns]
    for known in (LABEL_NAMES, LIKELY_NAMES):
        named = [place for place, name in enumerate(names) if name in known]
        ends = [place for place in named if place in (0, last)]
        if known is LIKELY_NAMES:
            named = ends
        if len(set(ends)) == 1 and len(named) == 1:
            return ends[0], "by its name"
        if named:
            found = ", ".join(
                f"{table.columns[place]!r} (column {place + 1} of {last + 1})" for place in named
            )
            raise BadData(
                f"{table.name}: it is not clear which column is the label, found {found}. {ASK}"
            )
    able = [place for place in dict.fromkeys((0, last)) if _can_be_label(table, place)]
    if able == [last] or last in table.texts:
        return last, "the only one at an end that holds classes"
    if able == [0] and (0 in table.texts or not names):
        return 0, "the only one at an end that holds classes"
    if not able:
        return last, "as usual"
    if able == [0]:
        raise BadData(f"{table.name}: {_unfit(table, last)} {ASK}")
    if 0 in table.texts:
        raise BadData(
            f"{table.name}: row 1, column 1 holds {str(table.texts[0][0])[:40]!r}; only numbers are"
            f" allowed as features, and the first column, {table.label_of(0)}, and the last,"
            f" {table.label_of(last)}, may both be the label. {ASK}"
        )
    raise BadData(
        f"{table.name}: the first column, {table.label_of(0)}, and the last,"
        f" {table.label_of(last)}, may both be the label (whole numbers,"
        f" {len(np.unique(table.values[:, 0]))} and {len(np.unique(table.values[:, last]))}"
        f" different ones). {ASK}"
    )


def _can_be_label(table: Table, place: int) -> bool:
    if place in table.texts:
        return CLASSES[0] <= len(set(table.texts[place])) <= CLASSES[1]
    column = table.values[:, place]
    return (
        bool((column == np.floor(column)).all())
        and CLASSES[0] <= len(np.unique(column)) <= CLASSES[1]
    )


def _unfit(table: Table, place: int) -> str:
    """Why the last column is no label, although the first might be."""
    column = table.values[:, place]
    fractional = column != np.floor(column)
    what = f"the last column, {table.label_of(place)},"
    if fractional.any():
        return (
            f"{what} must hold whole numbers or words to be the label, found"
            f" {column[fractional][0]:g}."
        )
    return (
        f"{counted(len(np.unique(column)), 'different classes')} in the last column,"
        f" {table.label_of(place)}; allowed are {CLASSES[0]} to {CLASSES[1]}."
    )


def _check_texts(table: Table, labels: np.ndarray) -> None:
    for row, label in enumerate(labels):
        if label.lower() in MISSING:
            found = f"is missing (found {label!r})" if label else "is empty or the row is too short"
            raise BadData(f"{table.name}: the label in row {row + 1} {found}; every row needs one.")
        if "\n" in label or len(label) > 100:
            raise BadData(
                f"{table.name}: the label in row {row + 1} is longer than a line or 100 letters:"
                f" {label[:20]!r}."
            )


def _numbered(classes: tuple[str, ...]) -> str:
    return ", ".join(f"{name[:40]} is {number}" for number, name in enumerate(classes))
