"""On its way here: until then what `weightkit.experiments.xavier_kaiming` has."""

from typing import Any

from ...experiments import xavier_kaiming as _experiment


def __getattr__(name: str) -> Any:
    return getattr(_experiment, name)
