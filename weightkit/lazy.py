"""`lazy("torch")`: a module that is imported when it is first used.

A cold server shows a page's text and controls before torch, pandas and altair are imported (seconds, on a small
machine); yet modules can name what they need at the top, as usual.
"""

import importlib
from typing import Any


class _Lazy:
    def __init__(self, name: str):
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(importlib.import_module(self._name), attribute)
        setattr(self, attribute, value)  # the next look-up costs nothing
        return value


def lazy(name: str) -> Any:
    """A stand-in for the module `name` that imports it at the first attribute look-up."""
    return _Lazy(name)
