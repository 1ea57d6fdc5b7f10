"""How closely each script gives its page's numbers: measured, by `python -m tests.recipes`.

Script and page compute the same in float32, but add up in another order (nn.Linear one network at a
time, the page a stack of them). Training magnifies rounding, the more the deeper the network and
the larger the steps. This is as close as float32 allows: of 25 networks of the variance sweep, the
script in float32 is 0.5 points on average and 3.7 at most from itself in float64, the page 0.7 and
7.4; script and page 0.5 and 7.4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

LAST_DIGIT = 1e-12  # float64 that differs by less is the same
COARSE = 1e-3  # from here on, a relative difference is told in percent, below in digits


@dataclass(frozen=True)
class Agreement:
    """Of one measure of the script, at the page's defaults with two networks of each kind.

    measure: its column; what: what a sentence calls it; most, mean: the largest difference from the
        page and the mean one, of shares; relative: the largest as a share of the page's number.
    """

    measure: str
    what: str
    most: float = 0.0
    mean: float = 0.0
    relative: float = 0.0

    @property
    def sentence(self) -> str:
        """What a reader is promised."""
        if self.most:
            points = f"{100 * self.mean:.2g} points on average and by {100 * self.most:.2g} at most"
            return f"{self.what} differ from the page's by {points}"
        if self.relative > COARSE:
            return f"{self.what} differ from the page's by {100 * self.relative:.2g}% at most"
        if self.relative < LAST_DIGIT:
            return f"{self.what} are the page's to the last digit"
        return f"{self.what} are the page's to {math.floor(-math.log10(self.relative))} digits"

    def holds(self, difference: float, size: float) -> bool:
        """Whether a difference is within what is promised of a number of this size."""
        return difference <= (self.most or max(self.relative, LAST_DIGIT) * size)


ROUNDING = (
    "Both compute in float32 but add up in another order; training magnifies the rounding, at other"
    " settings more or less."
)
AGREEMENT: dict[str, tuple[Agreement, ...]] = {
    "matrix_sizes": (Agreement("dot_product", "the unit's sums", relative=1e-7),),
    "same_value_init/starts": (Agreement("accuracy", "test accuracies", 0.022, 0.0028),),
    "same_value_init/noise": (Agreement("accuracy", "test accuracies", 0.0056, 0.0006),),
    "same_value_init/biases": (Agreement("accuracy", "test accuracies", relative=1e-6),),
    "signal_propagation/signal": (Agreement("std", "standard deviations"),),
    "signal_propagation/layer_histograms": (Agreement("std", "root mean squares", relative=1e-7),),
    "signal_propagation/contest": (Agreement("accuracy", "test accuracies", 0.41, 0.028),),
    "signal_propagation/map": (Agreement("accuracy", "test accuracies", 0.22, 0.0068),),
    "signal_propagation/two_inputs": (
        Agreement("rms", "root mean squares"),
        Agreement("accuracy", "test accuracies", 0.062, 0.013),
    ),
    "signal_propagation/saddle_points": (
        Agreement("loss", "losses", relative=0.0007),
        Agreement("largest", "largest curvatures", relative=0.0067),
    ),
    "signal_propagation/loss_landscape": (Agreement("loss", "losses", relative=1e-6),),
    "signal_propagation/symmetry": (Agreement("v", "the weights and the loss"),),
    "xavier_kaiming/contest": (
        Agreement("train_loss", "training losses", relative=1e-6),
        Agreement("test_accuracy", "test accuracies", relative=1e-6),
    ),
    "identical_random": (Agreement("loss", "training losses", relative=1e-6),),
    "xavier_kaiming/formulas": (Agreement("std_measured", "the numbers that are drawn"),),
    "freezing/loop": (Agreement("distance", "the distances"),),
    "freezing/schedules": (Agreement("accuracy", "test accuracies", relative=1e-6),),
    "freezing/batchnorm": (Agreement("accuracy", "test accuracies", relative=1e-6),),
    "freezing/transfer_learning": (Agreement("accuracy", "test accuracies", 0.011, 0.00047),),
    "weight_changes/fate": (
        Agreement("grew", "shares that grew", 0.0015, 0.00031),
        Agreement("shrank", "shares that shrank", 0.0015, 0.00027),
        Agreement("changed_sign", "shares that changed sign", 0.00098, 0.00024),
    ),
    "weight_changes/steps": (
        Agreement("distance", "distances", relative=0.033),
        Agreement("condition_number", "condition numbers below 10,000", relative=0.51),
        Agreement("accuracy", "test accuracies", 0.0056, 0.00037),
    ),
    "weight_changes/penalties": (
        Agreement("distance", "distances", relative=0.011),
        Agreement("share_near_zero", "shares near zero", 0.00098, 0.000061),
        Agreement("accuracy", "test accuracies", 0.0056, 0.00012),
    ),
    "lottery_ticket": (Agreement("accuracy", "test accuracies", 0.22, 0.015),),
    "scaling/residual": (
        Agreement("accuracy", "test accuracies", 0.15, 0.0065),
        Agreement("grown", "what the blocks make of the signal"),
    ),
    "scaling/width": (Agreement("train_loss", "training losses", relative=0.026),),
    "lazy_rich": (
        Agreement("test_accuracy", "test accuracies", relative=1e-6),
        Agreement("moved", "the weights' distances", relative=1e-4),
    ),
    "same_function": (
        Agreement("train_loss", "training losses", relative=0.004),
        Agreement("test_accuracy", "test accuracies", 0.006, 0.0001),
    ),
    "variance_sweep": (Agreement("accuracy", "accuracies", 0.074, 0.0053),),
}


def promise(name: str) -> str:
    """What is known of a recipe's numbers beside the page's, in a sentence or three."""
    known = AGREEMENT.get(name)
    if known is None:
        return f"The script computes what the page does. {ROUNDING}"
    measured = "; ".join(one.sentence for one in known)
    exact = all(not one.most and one.relative < LAST_DIGIT for one in known)
    return (
        "Measured at the page's defaults, with two networks of each kind where there are several:"
        f" {measured}." + ("" if exact else f" {ROUNDING}")
    )
