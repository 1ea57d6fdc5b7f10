"""Charts of the steps (part 8): accuracy, distances, histograms by epoch, and whether accuracy
follows the weights.
"""

from .learning import accuracy, accuracy_title, distance_title, distances, lead, live, spread
from .link import alignment, alignment_by_epoch, peaks_title, r_title
from .spreads import histogram_title, histograms

__all__ = [
    "accuracy",
    "accuracy_title",
    "alignment",
    "alignment_by_epoch",
    "distance_title",
    "distances",
    "histogram_title",
    "histograms",
    "lead",
    "live",
    "peaks_title",
    "r_title",
    "spread",
]
