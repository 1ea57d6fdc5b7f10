"""On its way here: until then what `weightkit.experiments.identical_random` has."""

from typing import Any

from ...experiments import identical_random as _experiment


def __getattr__(name: str) -> Any:
    return getattr(_experiment, name)
