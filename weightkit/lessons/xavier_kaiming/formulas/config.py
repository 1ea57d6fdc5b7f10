"""The settings of the drawings."""

from __future__ import annotations

from dataclasses import dataclass

from ....configs import choice, number, validate
from ....costs import BASE, Cost
from ....initializers import INITIALIZERS, Spec
from ...views import Preset

SQUARE = "100-100-100-100-100-2"
RECTANGULAR = "100-400-100-25-100-2"
DEFAULT = "pytorch_default"
"""The scheme that the others are set against, and that of all biases: the course initializes the
weights only.
"""

SLOPES = (0.0, 0.01, 0.1, 0.2, 0.5, 1.0, 2.0)
DRAWINGS = ("densities", "biases", "weights")
"""What of a scheme can be drawn: biases and weights as densities, or one of them counted."""

PRESETS: dict[str, Preset] = {
    "Layers of unequal width": Preset(
        "Which layer is drawn widest, and why?", {"sizes": RECTANGULAR, "scheme": "kaiming_uniform"}
    ),
    "Kaiming for a slope a = 1": Preset(
        "Which scheme does it resemble now?", {"scheme": "kaiming_normal", "negative_slope": 1.0}
    ),
}


@dataclass(frozen=True)
class DistributionsConfig:
    """One network per scheme, drawn and never trained: the weights by the scheme, the biases as
    PyTorch does.

    scheme: the one that is looked at, beside PyTorch's default; all are drawn.
    """

    sizes: str = choice(
        SQUARE,
        (SQUARE, RECTANGULAR),
        "Units from input to output.",
        label="Units from input to output",
    )
    negative_slope: float = number(
        0.0,
        0.0,
        10.0,
        "Kaiming's a: slope of a leaky ReLU for negative inputs.",
        label="Kaiming's slope a",
        ladder=SLOPES,
    )
    bins: int = number(
        41, 11, 201, "Bars of each histogram of weights; of the few biases, half as many."
    )
    seed: int = number(0, 0, 10_000, "The seed of every network.")
    scheme: str = choice("xavier_normal", INITIALIZERS, "The scheme of the weights.")

    def __post_init__(self) -> None:
        validate(self)

    @property
    def cost(self) -> Cost:
        """Of `distributions`: small at all settings; measured at the largest."""
        return Cost(BASE + 10e6, 0.25)

    @property
    def shown(self) -> tuple[str, ...]:
        """The schemes drawn side by side."""
        return tuple(dict.fromkeys((DEFAULT, self.scheme)))

    def spec(self, scheme: str) -> Spec:
        """What `initialize_` needs for a scheme."""
        slope = INITIALIZERS[scheme].parameter == "negative_slope"
        return (scheme, self.negative_slope) if slope else scheme
