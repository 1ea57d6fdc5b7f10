"""On its way here: until then what `weightkit.experiments.weight_changes` has."""

from typing import Any

from ...experiments import weight_changes as _experiment


def __getattr__(name: str) -> Any:
    return getattr(_experiment, name)
