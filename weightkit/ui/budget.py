"""What a choice of other data does to the settings the reader has not touched: fewer networks,
epochs and conditions where the defaults would take long there.

It happens when the reader chooses the data, and at no other time: a link means what it says. What
was lowered stands in the controls, hence in the link, and is said beside them.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import streamlit as st

from ..lazy import lazy
from .controls import Control
from .visit import Visit

datasets: Any = lazy("weightkit.datasets")

DATA = "dataset"
ENOUGH = 1.5
"""Seconds, as estimated, that a run may take before anything is lowered."""
LEAST = {"n_seeds": 1, "epochs": 2, "rounds": 4, "largest": 128}
"""How low a setting may go by itself, in the order in which they are lowered."""
COUNT = 5
"""The same, for the other numbers of conditions, which are called n_ and something."""
LAST = {"epochs": 1}
"""The same, where all of that is not enough: one pass over MNIST is eleven over digits."""


def moved(config: Any, controls: Sequence[Control], prefix: str, name: str, value: Any) -> Any:
    """The Config of the page when the reader of `config` sets one control; ValueError where that is
    refused.
    """
    new = {name: value}
    if name == DATA and value in datasets.DATASETS:
        free = [
            c for c in controls if getattr(config, c.key.removeprefix(prefix), None) == c.default
        ]
        new |= lowered(config, value, free, prefix)
    return replace(config, **new)


def follow(
    visit: Visit,
    config: type | None,
    controls: Sequence[Control],
    prefix: str = "",
    fixed: Mapping[str, Any] | None = None,
) -> None:
    """Set the controls that the reader has not touched, where other data have just been chosen;
    before they are drawn.
    """
    key, held = prefix + DATA, visit.own.get(visit.view, {})
    chosen = st.session_state.get(key)
    if (
        config
        and key in visit.entered
        and chosen in datasets.DATASETS
        and held.get(key, chosen) != chosen
    ):
        free = [
            c
            for c in controls
            if c.key in visit.entered
            and held.get(c.key) in (c.default, visit.lowered.get(c.key, c.default))
        ]
        now = {c.key.removeprefix(prefix): held[c.key] for c in controls if c.key in held}
        lower = lowered(_unchecked(config(**fixed or {}), now), str(chosen), free, prefix)
        for c in free:
            value = lower.get(c.key.removeprefix(prefix), c.default)
            if c.key != key and value != held[c.key]:
                st.session_state[c.key] = c.held(value)
        visit.lowered = {prefix + name: value for name, value in lower.items()}
    visit.lowered = {k: v for k, v in visit.lowered.items() if st.session_state.get(k) == v}


def say(visit: Visit, controls: Sequence[Control], prefix: str, embedded: bool) -> None:
    """The sentence below the controls, where anything was lowered; a slide has no room for it."""
    if not embedded and (words := sentence(visit, controls, prefix)):
        st.caption(words)


def sentence(visit: Visit, controls: Sequence[Control], prefix: str) -> str:
    """What was lowered and still is, in words; empty where nothing is."""
    data = next(
        (c.name(st.session_state.get(c.key)) for c in controls if c.key == prefix + DATA), ""
    )
    each = [
        f"{c.label} {visit.lowered[c.key]} instead of {c.default}"
        for c in controls
        if c.key in visit.lowered
    ]
    return f"To be quick on {data}: {', '.join(each)}. The controls set more." if each else ""


def lowered(config: Any, dataset: str, free: Sequence[Control], prefix: str) -> dict[str, Any]:
    """{field: value} of what a run with `config` on `dataset` takes lower than the default, of the
    `free` controls, the untouched ones.

    Nothing where the run is short as it is, or does not say its cost.
    """
    if not hasattr(type(config), "cost"):
        return {}
    by_name = {c.key.removeprefix(prefix): c for c in free if not c.most}
    defaults = {name: c.default for name, c in by_name.items() if name in LEAST or _counts(name)}
    trial = _unchecked(config, {**defaults, DATA: dataset})
    found: dict[str, Any] = {}
    counts = dict.fromkeys(filter(_counts, by_name), COUNT)
    for name, least in chain(LEAST.items(), counts.items(), LAST.items()):
        while name in by_name and trial.cost.seconds > ENOUGH:
            lower = _lower(by_name[name], getattr(trial, name), least)
            if lower is None:
                break
            found[name] = lower
            object.__setattr__(trial, name, lower)
    return found


def _counts(name: str) -> bool:
    return name.startswith("n_") and name not in LEAST


def _unchecked(config: Any, settings: Mapping[str, Any]) -> Any:
    """A copy with these settings, which may be too dear to be allowed."""
    trial = copy.copy(config)
    for name, value in settings.items():
        object.__setattr__(trial, name, value)
    return trial


def _lower(control: Control, value: int, least: int) -> int | None:
    """About half of a setting, as its control can show it; None where that is too low."""
    half = max(value // 2, least, control.low or least)
    if control.options:
        half = max((o for o in control.options if least <= o <= half), default=value)
    elif control.step and control.low is not None:
        half -= (half - control.low) % control.step
    return half if half < value else None
