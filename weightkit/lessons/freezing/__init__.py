"""On its way here: until then what `weightkit.experiments.freezing` has."""

from typing import Any

from ...experiments import freezing as _experiment


def __getattr__(name: str) -> Any:
    return getattr(_experiment, name)
