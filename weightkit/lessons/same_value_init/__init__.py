"""On its way here: until then what `weightkit.experiments.same_value_init` has."""

from typing import Any

from ...experiments import same_value_init as _experiment


def __getattr__(name: str) -> Any:
    return getattr(_experiment, name)
