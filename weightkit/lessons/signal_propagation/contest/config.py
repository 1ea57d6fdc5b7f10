"""The settings of the depth contest (He et al. 2015, figure 3)."""

from __future__ import annotations

from dataclasses import dataclass

from ....configs import number
from ....costs import Cost
from ...views import Preset
from ..deep import DeepConfig
from ..signal.config import SCHEMES

PRESETS: dict[str, Preset] = {
    "He et al. 2015, figure 3": Preset(
        "Which networks leave the dashed line?", {"epochs": 12, "n_seeds": 3}
    ),
    "A third of the depth": Preset(
        "Which schemes learn once depth is 10?", {"depth": 10, "inits": (*SCHEMES,)}
    ),
    "Adam masks it": Preset(
        "Do the schemes still differ?", {"optimizer": "adam", "learning_rate": 0.001, "epochs": 12}
    ),
    "Layer normalization, 10 layers": Preset(
        "Does the scheme still matter?", {"normalization": "layer", "depth": 10}
    ),
    "Layer normalization, 30 layers": Preset(
        "Does it help at this depth too?", {"normalization": "layer", "epochs": 3}
    ),
}


@dataclass(frozen=True)
class DepthConfig(DeepConfig):
    """The defaults are the first preset, shorter and with fewer networks: thirty weight layers of
    ReLU units, SGD with momentum, zero biases as in the paper.

    The paper's 30-layer model was convolutional and classified ImageNet; this one is fully
    connected, on `dataset`.
    """

    depth: int = number(30, 2, 50, label="Layers")

    @property
    def cost(self) -> Cost:
        """Of `depth_contest`."""
        return self.trained(self.depth, len(self.inits))
