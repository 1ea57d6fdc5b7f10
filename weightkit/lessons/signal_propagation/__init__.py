"""On its way here: until then what `weightkit.experiments.signal_propagation` has."""

from typing import Any

from ...experiments import signal_propagation as _experiment


def __getattr__(name: str) -> Any:
    return getattr(_experiment, name)
