"""What the histograms of activations and gradients show, as typed facts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

ALIKE = 0.8  # widths whose ratio is nearer to 1 than this count as alike
PAPER = (
    "pytorch_default",
    "xavier_uniform",
)  # the paper's "standard" and "normalized" initialization


@dataclass(frozen=True)
class Width:
    """Root mean square of a quantity ("activation" or "gradient") in the first and the last layer,
    mean over seeds.
    """

    init: str
    quantity: str
    first: float
    last: float

    @property
    def ratio(self) -> float:
        """The exit's width over the entry's, in the direction of the pass: forward, for gradients
        backward.
        """
        return self.last / self.first if self.quantity == "activation" else self.first / self.last

    @property
    def kind(self) -> str:
        """ "zero" (at one end at least), "kept", "shrunk" or "grown"."""
        if not self.first or not self.last:
            return "zero"
        return (
            "kept" if ALIKE <= self.ratio <= 1 / ALIKE else "shrunk" if self.ratio < 1 else "grown"
        )


@dataclass(frozen=True)
class Facts:
    """One run. peaks: quantity -> whether the share of values in the bin around zero "increases",
    "decreases" or does neither from layer to layer ("mixed"), with PyTorch's default; None where
    the paper's pair was not drawn with tanh.
    """

    activation: str
    depth: int
    widths: tuple[Width, ...]
    peaks: dict[str, str] | None

    def of(self, quantity: str) -> list[Width]:
        """The widths of one quantity, scheme by scheme."""
        return [w for w in self.widths if w.quantity == quantity]


def facts(histograms: pd.DataFrame, moments: pd.DataFrame, activation: str) -> Facts:
    """The facts of a run's frames (see `experiment.LayerHistograms`)."""
    told = activation == "tanh" and set(PAPER) <= set(moments["init"])
    return Facts(
        activation=activation,
        depth=int(moments["layer"].max()),
        widths=tuple(
            w for quantity in ("activation", "gradient") for w in _widths(moments, quantity)
        ),
        peaks={q: peaks(histograms, PAPER[0], q) for q in ("activation", "gradient")}
        if told
        else None,
    )


def _widths(moments: pd.DataFrame, quantity: str) -> list[Width]:
    one = moments[moments["quantity"] == quantity]
    spread = one.pivot_table(index="layer", columns="init", values="std", sort=False)
    return [
        Width(str(i), quantity, float(spread[i].iloc[0]), float(spread[i].iloc[-1])) for i in spread
    ]


def peaks(histograms: pd.DataFrame, init: str, quantity: str) -> str:
    """Whether the share of values in the bin around zero "increases", "decreases" or is "mixed"
    from layer to layer.
    """
    one = histograms[(histograms["init"] == init) & (histograms["quantity"] == quantity)]
    middle = one[(one["bin_left"] < 0) & (one["bin_right"] > 0)].sort_values("layer")["count"]
    if middle.is_monotonic_increasing:
        return "increases"
    return "decreases" if middle.is_monotonic_decreasing else "mixed"
