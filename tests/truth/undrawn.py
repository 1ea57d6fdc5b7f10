"""An `altair` that draws nothing, for thousands of examples: two thirds of an example's time went
into drawings of which only titles and alt texts, which are written apart from them, are read.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class _Mark:
    """Any chart, channel or scale: it remembers its arguments, and else is what is asked of it."""

    def __init__(self, *given: Any, **named: Any):
        vars(self).update(named)

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __add__(self, other: Any) -> Any:
        return self

    __radd__ = __or__ = __ror__ = __and__ = __rand__ = __invert__ = __add__

    def __eq__(self, other: object) -> Any:
        return self

    __hash__ = object.__hash__
    __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __mul__ = __sub__ = __truediv__ = __eq__

    def __getitem__(self, key: Any) -> Any:
        return getattr(self, key) if isinstance(key, str) else self

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    __setattr__ = __setitem__  # a mark that many share would say to one what another was told

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return False


class _Altair(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _Mark() if name[0].islower() or name == "Undefined" else type(name, (_Mark,), {})
        setattr(self, name, made)
        return made


_drawing: list[tuple[ModuleType, str]] = []  # modules that draw, and the name of Altair in each


def _stand_in() -> ModuleType:
    import altair.utils.data  # the real one: its helpers go on

    made = _Altair("altair")
    made.__path__ = altair.__path__
    return made


def undrawn() -> None:
    """From here on, what this process imports draws nothing."""
    sys.modules["altair"] = _stand_in()


@contextmanager
def drawing_nothing() -> Iterator[None]:
    """Inside the block nothing is drawn: the modules that draw have an Altair that does not.

    What is imported inside must not draw: all that draws is imported before.
    """
    import altair

    import weightkit

    if not _drawing:
        for info in pkgutil.walk_packages(weightkit.__path__, "weightkit."):
            if info.name.startswith(("weightkit.charts.", "weightkit.lessons.")):
                importlib.import_module(info.name)
        _drawing.extend(
            (module, name)
            for module in list(sys.modules.values())
            if getattr(module, "__name__", "").startswith("weightkit.")
            for name, value in list(vars(module).items())
            if value is altair
        )
    stand_in = _stand_in()
    for module, name in _drawing:
        setattr(module, name, stand_in)
    try:
        yield
    finally:
        for module, name in _drawing:
            setattr(module, name, altair)
