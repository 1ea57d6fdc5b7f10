"""On its way here: until then what `weightkit.experiments.matrix_sizes` has."""

from typing import Any

from ...experiments import matrix_sizes as _experiment


def __getattr__(name: str) -> Any:
    return getattr(_experiment, name)
