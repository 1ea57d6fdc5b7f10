"""Charts of the same-value starts (part 2)."""

from .learning import accuracy, accuracy_title, live
from .symmetry import GAP, MOST_COLUMNS, distinct, microscope, ranks
from .values import by_index, histograms

__all__ = [
    "GAP",
    "MOST_COLUMNS",
    "accuracy",
    "accuracy_title",
    "by_index",
    "distinct",
    "histograms",
    "live",
    "microscope",
    "ranks",
]
