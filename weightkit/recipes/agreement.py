"""How closely each script gives its page's numbers: measured, by `python -m tests.recipes`.

Script and page compute the same in float32, but add up in another order (nn.Linear one network at a
time, the page a stack of them). Training magnifies rounding, the more the larger the steps: where
an accuracy differs by points, the same script in float64 differs from itself by as much.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Agreement:
    """Of a measure at the page's defaults, with two networks of each kind.

    mean, most: differences, of shares (accuracies); relative: the largest, as a share of the page's
        number, where these are no shares.
    """

    what: str
    mean: float = 0.0
    most: float = 0.0
    relative: float = 0.0

    @property
    def sentence(self) -> str:
        """What a reader is promised."""
        if self.most:
            return (
                f"{self.what} differ from the page's by {100 * self.mean:.2g} points on average and"
                f" by {100 * self.most:.2g} at most"
            )
        return f"{self.what} are the page's to within {100 * self.relative:.1g} %"


ROUNDING = (
    "Both compute in float32 but add up in another order, and training magnifies the rounding: at"
    " other settings more or less of it."
)
AGREEMENT: dict[str, tuple[Agreement, ...]] = {}


def promise(name: str) -> str:
    """What is known of a recipe's numbers beside the page's, a few sentences."""
    known = AGREEMENT.get(name)
    if known is None:
        return f"The script computes what the page does. {ROUNDING}"
    measured = "; ".join(one.sentence for one in known)
    return (
        f"Measured at the page's defaults, with two networks of each kind: {measured}. {ROUNDING}"
    )
