"""A grid to tick: which parameter is frozen in which epochs. It writes a schedule text, so that the
link stays short.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

COLUMNS = ("parameter", "freeze", "from", "to")


def rows(freezes: Sequence[Any], layers: Sequence[str], parameters: Sequence[str]) -> list[dict]:
    """One row per parameter, and one more for each further interval of it: {parameter, freeze,
    from, to}.
    """
    found = []
    for layer in layers:
        for parameter in parameters:
            mine = [f for f in freezes if (f.layer, f.parameter) == (layer, parameter)]
            entries = [(True, f.first, f.last) for f in mine] or [(False, None, None)]
            found += [
                dict(zip(COLUMNS, (f"{layer}.{parameter}", *entry), strict=True))
                for entry in entries
            ]
    return found


def edited(table: Sequence[dict], changes: Mapping[int, Mapping[str, Any]]) -> str:
    """The schedule text of the table after the editor's `changes` ({row: {column: value}}).

    Writing an epoch ticks the row; an empty "from" is 1, an empty "to" is the end; a "to" before
    "from" follows it.
    """
    entries = []
    for i, row in enumerate(table):
        change = dict(changes.get(i, {}))
        new = {**row, **change}
        if not new["freeze"] and not (change.get("from") or change.get("to")):
            continue
        if change.get("freeze") is False:
            continue
        first = int(new["from"] or 1)
        last = "" if new["to"] is None else max(int(new["to"]), first)
        entries.append(f"{new['parameter']}:{first}-{last}")
    return ",".join(entries)


def draw(
    text: str,
    parse: Callable[[str], Sequence[Any]],
    write: Callable[[Sequence[Any]], str],
    layers: Sequence[str],
    parameters: Sequence[str],
    most: int,
    key: str = "schedule",
) -> None:
    """The grid for the schedule `text`, folded away, and made when it is opened; an edit sets the
    text control `key`, and with it the link.

    parse and write turn a text into freezes and back, in the shortest form; most: the largest epoch
    that can be typed.
    """
    table = rows(parse(text), layers, parameters)
    editor = f"{key}_grid_{text}"  # a fresh editor for each text: its edits are in the text by then

    def take_over() -> None:
        changes = st.session_state[editor]["edited_rows"]
        st.session_state[key] = write(parse(edited(table, changes)))

    number: Any = {"min_value": 1, "max_value": most, "step": 1, "width": 66}
    panel = st.expander(
        "Tick your own schedule", icon=":material/checklist:", on_change="rerun", key=f"{key}_ticks"
    )
    if not panel.open:
        return
    with panel:
        st.data_editor(
            {column: [row[column] for row in table] for column in COLUMNS},
            key=editor,
            on_change=take_over,
            hide_index=True,
            num_rows="fixed",
            disabled=["parameter"],
            row_height=30,
            height="content",
            alt=f"Grid of the schedule {text}",
            column_config={
                "parameter": st.column_config.TextColumn("Parameter", width=110),
                "freeze": st.column_config.CheckboxColumn("Freeze", width=56),
                "from": st.column_config.NumberColumn(
                    "From", help="First frozen epoch; empty: 1", **number
                ),
                "to": st.column_config.NumberColumn(
                    "To", help="Last frozen epoch; empty: the end", **number
                ),
            },
        )
