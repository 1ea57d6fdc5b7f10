"""Data files that installed packages bring along, read without importing the packages."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from .lazy import lazy

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


def in_package(package: str, file: str) -> Path | None:
    """The path of a package's file, found without importing the package; None where it is not
    there.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / file
    return path if path.is_file() else None


def bundled(file: str, header: int = 0) -> np.ndarray:
    """A table that ships with scikit-learn, the class last; read as its `load_...` does, without
    importing scikit-learn.

    That import costs a cold server a second or more, and a small one 25 MB.
    """
    path = in_package("sklearn", f"datasets/data/{file}")
    assert path is not None, "scikit-learn is not installed"
    return np.loadtxt(path, delimiter=",", skiprows=header)
