"""Predictions outlive a session: the tab keeps them (browser.js), and a new session gets them back:
a reload, a restarted server and another replica all begin one.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import MISSING, fields
from types import NoneType
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from . import predict

LONGEST = 20_000  # characters of what a browser may bring back


def told() -> dict[str, str]:
    """What the tab is told at the beginning of a run: this visit's predictions, and whose they are.

    What this run will add (that an answer is right) it would say again after a reload.
    """
    context = get_script_run_ctx(suppress_warning=True)
    return {"kept": spelled(), "session": context.session_id if context else ""}


def brought() -> None:
    """What the tab brings back to a session that knows of none (callback of the component
    `browser`)."""
    restore(getattr(st.session_state.get("browser"), "kept", None))


def spelled() -> str:
    """All predictions of this visit as JSON; "" where there are none."""
    made = {
        place: vars(p) | {"seen": sorted(map(str, p.seen)), "problem": ""}
        for place, p in st.session_state.get(predict.STATE, {}).items()
        if p != predict.Prediction()
    }
    return json.dumps(made) if made else ""


def restore(text: Any) -> None:
    """Take over predictions that the browser brings, where this session has none; nothing of what
    is not as `spelled` writes it.
    """
    if not isinstance(text, str) or len(text) > LONGEST or _any():
        return
    with suppress(ValueError, TypeError, AttributeError):
        st.session_state[predict.STATE] = {
            place: _read(line) for place, line in json.loads(text).items()
        }


def _any() -> bool:
    return any(p != predict.Prediction() for p in st.session_state.get(predict.STATE, {}).values())


def _read(line: dict[str, Any]) -> predict.Prediction:
    """The Prediction of these fields; raises TypeError where one is of another type."""
    read = predict.Prediction(**line | {"seen": set(line["seen"])})
    defaults = {f.name: f.default for f in fields(read) if f.default is not MISSING}
    kinds = {name: type(value) for name, value in defaults.items() if value is not None}
    wrong = [name for name, kind in kinds.items() if type(getattr(read, name)) is not kind]
    wrong += [] if isinstance(read.answer, (str, float, NoneType)) else ["answer"]
    if wrong or not 0 <= read.right <= read.total <= len(read.seen):
        raise TypeError(f"no predictions: {wrong}")
    return read
