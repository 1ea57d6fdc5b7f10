"""`Frames`: a result that shows itself, in a notebook or printed: its frames, and what one row of
each is.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from .lazy import pd

if TYPE_CHECKING:
    from pandas import DataFrame

HEAD = 5  # rows of each frame that a notebook unfolds


class Frames:
    """What a dataclass of DataFrames inherits (`@dataclass(frozen=True, repr=False)`) so that it is
    shown by their grain instead of by all their rows.
    """

    @property
    def frames(self) -> dict[str, DataFrame]:
        """Its DataFrames by name."""
        return frames_of(self)

    def __repr__(self) -> str:
        return "\n".join([type(self).__name__, *(_line(n, f) for n, f in self.frames.items())])

    def _repr_html_(self) -> str:
        """What a notebook shows: a table of the frames, their first rows, and the docstring, which
        says what the columns are.
        """
        rows = "".join(
            f"<tr><th>{escape(name)}</th><td>{len(frame):,}</td><td>{escape(grain(frame))}</td>"
            f"<td>{escape(_measures(frame))}</td></tr>"
            for name, frame in self.frames.items()
        )
        head = "<tr><th>frame</th><th>rows</th><th>one row</th><th>gives</th></tr>"
        starts = "".join(
            f"<details><summary>{escape(name)}: first rows</summary>"
            f"{frame.head(HEAD).to_html(index=False)}</details>"
            for name, frame in self.frames.items()
        )
        said = f"<pre>{escape(inspect.getdoc(type(self)) or '')}</pre>"
        columns = f"<details><summary>What the columns are</summary>{said}</details>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>{starts}{columns}"


def frames_of(result: Any) -> dict[str, DataFrame]:
    """The DataFrames of a dataclass or a mapping by name; of a DataFrame, itself as "frame".

    TypeError for anything else, and where there is none.
    """
    if isinstance(result, pd.DataFrame):
        return {"frame": result}
    if isinstance(result, Mapping):
        parts = dict(result)
    elif is_dataclass(result):
        parts = {f.name: getattr(result, f.name) for f in fields(result)}
    else:
        raise TypeError(f"a {type(result).__name__} has no DataFrames by name")
    found = {str(name): part for name, part in parts.items() if isinstance(part, pd.DataFrame)}
    if not found:
        raise TypeError(f"this {type(result).__name__} holds no DataFrame")
    return found


def keys(frame: DataFrame) -> list[str]:
    """The fewest first columns that tell all rows of a frame apart: its factors and coordinates,
    since these stand first. All columns where rows repeat, none of a frame of one row.
    """
    for n in range(len(frame.columns) + 1):
        if len(frame) < 2 or (n and not frame.iloc[:, :n].duplicated().any()):
            return list(frame.columns[:n])
    return list(frame.columns)


def grain(frame: DataFrame) -> str:
    """What one row of a frame is, read from it: "per std (25) and seed (3)", each with how many
    there are; "" of a frame without two rows.
    """
    if len(frame) < 2:
        return ""
    counted = [f"{name} ({frame[name].nunique(dropna=False):,})" for name in keys(frame)]
    together = " and ".join([", ".join(counted[:-1]), counted[-1]] if counted[1:] else counted)
    return f"per {together}" + (", some of them equal" if frame.duplicated().any() else "")


def _measures(frame: DataFrame) -> str:
    """What a row gives beside what it is found by."""
    return ", ".join(map(str, frame.columns[len(keys(frame)) :]))


def _line(name: str, frame: DataFrame) -> str:
    rows = f"{len(frame):,} row{'s' * (len(frame) != 1)}"
    one = f", one {grain(frame)}" if grain(frame) else ""
    gives = f": {_measures(frame)}" if _measures(frame) else ""
    return f"  {name}: {rows}{one}{gives}"
