"""`np`, `pd`, `torch`, `init`, `special`: the libraries that take seconds to import, imported when
they are first used; `lazy`: the same for another module; `later`: for names that a package passes
on.

A cold server shows a page's text and controls before torch, pandas and altair are imported
(seconds, on a small machine); yet modules can name what they need at the top, as usual.
"""

import importlib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

__all__ = ["init", "later", "lazy", "np", "pd", "special", "torch"]


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


if TYPE_CHECKING:  # the only place where a name means one thing to mypy, another to Python
    import numpy as np
    import pandas as pd
    import torch
    from scipy import special
    from torch.nn import init
else:
    np, pd = lazy("numpy"), lazy("pandas")
    torch, init, special = lazy("torch"), lazy("torch.nn.init"), lazy("scipy.special")


def later(package: str, **homes: str) -> Callable[[str], Any]:
    """The `__getattr__` of a package (PEP 562) that passes on what its modules define.

    homes: module of `package` (or, by leading dots, of one above it) -> the names taken from it,
        with blanks between; the module itself can be had as well. `dir(package)` lists them, too.
    """
    home_of = {name: home for home, names in homes.items() for name in (home, *names.split())}

    def get(name: str) -> Any:
        if name not in home_of:
            raise AttributeError(f"module {package} has no attribute {name!r}")
        home = importlib.import_module(f".{home_of[name]}", package)
        return home if name == home_of[name] else getattr(home, name)

    inside = vars(sys.modules[package])  # whose __dir__ goes with its __getattr__
    inside["__dir__"] = lambda: sorted({*inside, *(n for n in home_of if n.isidentifier())})
    return get
