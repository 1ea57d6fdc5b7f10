"""Any PyTorch module under the glass: what its parameters are, what a batch does in it, and how far
two checkpoints are apart.
"""

from typing import TYPE_CHECKING

from ..lazy import later

if TYPE_CHECKING:
    from .inspecting import Comparison, Inspection, inspect, inspect_file

__all__ = ["Comparison", "Inspection", "inspect", "inspect_file"]
__getattr__ = later(__name__, inspecting="Comparison Inspection inspect inspect_file")
