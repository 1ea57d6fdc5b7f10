"""What takes seconds to import, brought in at once: by a server after its first page, and by the
process that trains for it.
"""

from __future__ import annotations

import gc
import importlib

from . import memory

DRAWING = ("pandas", "altair")
TRAINING = ("torch", *DRAWING, "scipy.special")


def bring(libraries: tuple[str, ...]) -> None:
    """Import them, and spare the garbage collector what is there then."""
    for library in libraries:
        importlib.import_module(library)
    unchecked()
    gc.collect()
    memory.set_aside()


def unchecked() -> None:
    """From now on Altair does not check each part of a chart when it is made, which is 6 to 17 % of
    telling a run. The tests keep that, since it finds mistakes.
    """
    importlib.import_module("altair.utils.schemapi").disable_debug_mode()
