"""The settings of the map of where networks train."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from ....configs import choice, number, numbers
from ....costs import Cost
from ....initializers import Spec
from ....lazy import np
from ...settings import BATCHES, UNSHOWN
from ...views import Preset
from ..deep import DeepConfig
from ..settings import networks, schemes, spec, units
from ..signal.config import SCHEMES

DEPTHS = (2, 4, 8, 16, 32)
BY = {"scheme": "scheme", "std": "weight std"}

PRESETS: dict[str, Preset] = {
    "Weight std by depth": Preset("How does the bright band narrow with depth?", {"by": "std"}),
    "The same with Adam": Preset(
        "How far does the band move?", {"by": "std", "optimizer": "adam", "learning_rate": 0.001}
    ),
    "To 50 layers, twice as long": Preset(
        "Who still learns with more layers and more time?",
        {"depths": (2, 8, 20, 50), "epochs": 6},
    ),
    "Schemes, layer normalization": Preset(
        "Which rows change from dark to bright?", {"normalization": "layer"}
    ),
}


@dataclass(frozen=True)
class MapConfig(DeepConfig):
    """A network for each depth and scheme, or (by "std") for each depth and standard deviation of
    normal weights.
    """

    by: str = choice(
        "scheme", BY, "What is varied besides the depth.", label="A row for each", names=BY
    )
    depths: tuple[int, ...] = numbers(
        DEPTHS, 2, 50, 12, "Weight layers, the output layer included."
    )
    reach: float = number(
        4.0,
        1.5,
        20.0,
        "The largest standard deviation, as a multiple of Kaiming's; also its inverse.",
    )
    n_stds: int = choice(
        7,
        (3, 5, 7, 9, 11, 13, 15),
        "How many standard deviations, log-spaced; Kaiming's is the middle.",
        label="How many stds",
    )
    inits: tuple[str, ...] = schemes(SCHEMES, "What is compared by scheme.")
    width: int = units(64, 8, 128, "Units in every hidden layer.")
    epochs: int = number(3, 1, 50)
    batch_size: int = number(32, 8, 512, ladder=BATCHES)
    n_seeds: int = networks(1, 5, "Networks per cell.")

    @property
    def every(self) -> int:
        """Only the end counts."""
        return self.epochs

    @property
    def measured(self) -> int:
        """Training examples that are measured: the page shows the test split's numbers alone."""
        return UNSHOWN

    @property
    def cost(self) -> Cost:
        """Of `depth_map`: a training for each depth, one after the other."""
        return reduce(Cost.then, (self.trained(depth, len(self.specs)) for depth in self.depths))

    @property
    def specs(self) -> list[Spec]:
        """What is varied besides the depth."""
        if self.by == "scheme":
            return [spec(self, init) for init in self.inits]
        return [("normal", std) for std in self.stds]

    @property
    def stds(self) -> list[float]:
        """The standard deviations, rounded to three digits: around sqrt(2 / width)."""
        return [
            float(f"{(2 / self.width) ** 0.5 * s:.3g}")
            for s in np.geomspace(1 / self.reach, self.reach, self.n_stds)
        ]
