"""The settings of the same-value starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ....configs import choice, choices, number
from ....costs import Cost, frames, network_sizes, parameters, singular_values, training
from ....datasets import size_of
from ...settings import Training
from ...views import Preset
from ..config import HIDDEN, LAYERS, RATES

BASELINE, ZERO, FC1_ZERO = "baseline", "all zero", "fc1 weights zero"
RANDOM_BIASES = "weights zero, biases random"
NUMBER = 140  # bytes of a parameter in the frame of all parameters, while it is made

Override = Mapping[tuple[str, str], str | tuple[str, float]]


def _everywhere(parameter: str, spec: str | tuple[str, float]) -> dict:
    return {(layer, parameter): spec for layer in LAYERS}


CONDITIONS: dict[str, Override] = {
    BASELINE: {},
    FC1_ZERO: {("fc1", "weight"): "zeros"},
    ZERO: {**_everywhere("weight", "zeros"), **_everywhere("bias", "zeros")},
    "all one": {**_everywhere("weight", "ones"), **_everywhere("bias", "ones")},
    "weights one, biases zero": {**_everywhere("weight", "ones"), **_everywhere("bias", "zeros")},
    RANDOM_BIASES: _everywhere("weight", "zeros"),
    "weights random, biases zero": _everywhere("bias", "zeros"),
}
"""What each condition changes in the baseline, PyTorch's default start; every other number stays as
it was drawn.
"""

NO_LAYER, ALL_LAYERS = "none", "all layers"
OWN = {
    "weight": "weights {}",
    "bias": "biases {}",
    "both": "weights and biases {}",
    "weight, bias zero": "weights {}, biases zero",
}
"""What the reader's own constant replaces, and how the condition is then called."""


@dataclass(frozen=True)
class Config(Training):
    """The baseline and `conditions`, and one more condition where `own_layer` is not "none".

    The seed is 1 because it shows how much luck there is in "weights zero, biases random": over
    eight batch orders and five networks each, half of them had left chance level after ten epochs,
    and with seed 0 nearly none had.
    """

    conditions: tuple[str, ...] = choices(
        (BASELINE, FC1_ZERO, ZERO, "all one"),
        CONDITIONS,
        "How the networks start; the baseline is always trained beside them.",
        label="How they start",
    )
    own_layer: str = choice(
        NO_LAYER,
        (NO_LAYER, ALL_LAYERS, *LAYERS),
        "Where your own constant goes.",
        label="A constant of your own, in",
    )
    own_parameter: str = choice(
        "both",
        OWN,
        "What your own constant replaces there.",
        label="It replaces",
        names={
            "weight": "weights",
            "bias": "biases",
            "both": "weights and biases",
            "weight, bias zero": "weights; biases zero",
        },
    )
    own_value: float = number(
        0.1, -2.0, 2.0, "Your own constant.", label="Your constant", step=0.01
    )
    epochs: int = number(10, 1, 50)
    learning_rate: float = number(0.01, 1e-5, 1.0, "Step size.", ladder=RATES)
    seed: int = number(
        1, 0, 10_000, "The first seed: of the random numbers, and of the batch order."
    )
    n_seeds: int = number(3, 1, 10, label="Networks per start")

    @property
    def cost(self) -> Cost:
        """Of `run`: the training, the looks at all networks after each epoch, and every number of
        the first ones.
        """
        size, n = size_of(self.dataset), len(self.starts) * self.n_seeds
        p = parameters(network_sizes(size, HIDDEN))
        taught = training(
            size,
            HIDDEN,
            n,
            epochs=self.epochs,
            batch_size=self.batch_size,
            optimizer=self.optimizer,
        ).then(Cost(8.0 * n * p + NUMBER * len(self.starts) * p))
        looks = Cost(seconds=(self.epochs + 1) * singular_values(n, size, HIDDEN))
        both = frames(2 * n, self.epochs + 1) + frames(4 * n, self.epochs + 1, live=False)
        return taught + looks + both + Cost(4.0 * n * p)

    @property
    def starts(self) -> dict[str, Override]:
        """{condition: what it changes in the baseline}, the baseline first, the reader's own
        last.
        """
        own = {} if self.own_layer == NO_LAYER else {self.own_name: self._own()}
        return {BASELINE: {}, **{name: CONDITIONS[name] for name in self.conditions}, **own}

    @property
    def own_name(self) -> str:
        """Name of the reader's own condition, such as "fc1 weights 0.5" or "all weights 0.1, biases
        zero".
        """
        where = "all" if self.own_layer == ALL_LAYERS else self.own_layer
        return f"{where} {OWN[self.own_parameter].format(f'{self.own_value:g}')}"

    def _own(self) -> Override:
        layers = LAYERS if self.own_layer == ALL_LAYERS else [self.own_layer]
        constant = ("constant", float(self.own_value))
        kind = self.own_parameter
        weight: Override = {(layer, "weight"): constant for layer in layers if kind != "bias"}
        other = "zeros" if kind == "weight, bias zero" else constant
        bias: Override = {(layer, "bias"): other for layer in layers if kind != "weight"}
        return {**weight, **bias}


EXPLORATIONS = (BASELINE, "weights one, biases zero", RANDOM_BIASES, "weights random, biases zero")

PRESETS: dict[str, Preset] = {
    "Zeros in one layer only": Preset(
        "Do the layers beside it break the symmetry?", {"conditions": (BASELINE, FC1_ZERO)}
    ),
    "Three further questions": Preset(
        "Is chance in the weights or in the biases enough?", {"conditions": EXPLORATIONS}
    ),
    "Equal weights that do learn": Preset(
        "How far do copies of one unit get?",
        {
            "dataset": "breast_cancer",
            "conditions": (BASELINE, ZERO),
            "own_layer": ALL_LAYERS,
            "own_value": 0.1,
            "optimizer": "sgd",
            "learning_rate": 0.03,
            "epochs": 20,
        },
    ),
    "On MNIST, as in the course": Preset(
        "Is it the same with the course's images?",
        {"dataset": "mnist", "n_seeds": 1, "epochs": 4},
    ),
}
