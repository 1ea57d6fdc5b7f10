"""Settings drawn from everything that a Config allows, small enough to be run in a fraction of a
second.
"""

from __future__ import annotations

import os
from dataclasses import fields
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

FEW = {
    "epochs": 3,
    "n_seeds": 3,
    "width": 24,
    "depth": 8,
    "n_stds": 5,
    "samples": 64,
    "steps": 40,
    "resolution": 15,
    "pretrain_epochs": 2,
    "before": 2,
    "hidden": 32,
    "batch_size": 512,
}
"""The largest values that are drawn of what costs time: outcomes differ with the other settings."""
SECONDS = 0.8
DATASETS = (
    "digits",
    "breast_cancer",
    *(("wine_quality",) if os.environ.get("WEIGHTKIT_DATA") else ()),
)


def settings(config: type, drawn: Any = None, seconds: float = SECONDS) -> Any:
    """A Config with every field drawn from its range, its ladder and its ends; those that cost more
    than `seconds` are left out. drawn: see `views.truth`.
    """
    if isinstance(drawn, st.SearchStrategy):
        return drawn
    return _settings(config, drawn or {}, seconds)


@st.composite
def _settings(draw: Any, config: type, drawn: dict[str, Any], seconds: float) -> Any:
    made = {name: draw(strategy) for name, strategy in drawn.items()}
    for field in fields(config):
        if field.metadata and field.name not in drawn:
            made[field.name] = draw(_of(field))
    try:
        found = config(**made)
    except ValueError:
        assume(False)
    cost = getattr(found, "cost", None)
    assume(cost is None or cost.seconds < seconds)
    return found


def _of(field: Any) -> Any:
    meta, name = field.metadata, field.name
    if "options" in meta:
        options = [o for o in meta["options"] if name != "dataset" or o in DATASETS] or list(
            meta["options"]
        )
        if "most" in meta:
            return st.lists(
                st.sampled_from(options), min_size=1, max_size=min(meta["most"], 4), unique=True
            ).map(tuple)
        return st.sampled_from(options)
    low, high = meta["low"], meta["high"]
    whole = isinstance(field.default[0] if "most" in meta else field.default, int)
    high = min(high, max(FEW.get(name, high), low))
    ends = st.sampled_from([low, high])
    between = (
        st.integers(low, high) if whole else st.floats(low, high).map(lambda x: float(f"{x:.3g}"))
    )
    rungs = [r for r in meta.get("ladder", ()) if low <= r <= high]
    one = st.one_of(
        between,
        ends,
        *([st.sampled_from(rungs)] if rungs else []),
        st.just(field.default) if _fits(field, high) else ends,
    )
    one = one.map(lambda x: int(x) if whole else min(max(float(x), low), high))
    return (
        st.lists(one, min_size=1, max_size=min(meta["most"], 3)).map(tuple)
        if "most" in meta
        else one
    )


def _fits(field: Any, high: float) -> bool:
    return not isinstance(field.default, tuple) and field.default <= high
