"""What the views' settings share: the schemes that the theory is about, how each is asked for, and
the sliders' values.
"""

from __future__ import annotations

import math
from typing import Any

from ...activations import SLOPE
from ...configs import choices, number
from ...datasets import DATASETS
from ...initializers import INITIALIZERS, Spec, parse_spec

SAME_VALUE = ("zeros", "ones", "constant")
RANDOM = tuple(name for name in INITIALIZERS if name not in SAME_VALUE)
"""The schemes that draw random numbers."""
SCHEME_NAMES = {name: INITIALIZERS[name].label for name in RANDOM}
LAYERS = {
    "linear": "linear",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
}
"""What a sentence calls a layer by its activation: "30 ReLU layers"."""

SAMPLES = {
    "digits": "images",
    "mnist": "images",
    "breast_cancer": "cell samples",
    "wine_quality": "wines",
}
"""What a sentence calls the samples of a dataset."""
TASKS = {
    "digits": "to read digits",
    "mnist": "to read digits",
    "breast_cancer": "to tell malignant cells from benign ones",
    "wine_quality": "to tell good wines from others",
}
"""What a network learns to do on a dataset."""

WIDTHS = (8, 16, 32, 64, 128, 256)
STDS = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
RATES = (0.0001, 0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.3, 1.0)


def schemes(default: tuple[str, ...], doc: str) -> Any:
    """The field of the schemes that are compared."""
    return choices(default, RANDOM, doc, label="Schemes", names=SCHEME_NAMES)


def units(default: int, low: int, high: int, doc: str) -> Any:
    """The field of the units in a layer."""
    ladder = [n for n in WIDTHS if low <= n <= high]
    return number(default, low, high, doc, label="Units per layer", ladder=ladder)


def fixed_std() -> Any:
    """The field of the std of the schemes that are not told it by a formula."""
    doc = "Standard deviation of the schemes with a fixed one."
    return number(0.01, 1e-4, 10.0, doc, label="Std of the schemes with a fixed one", ladder=STDS)


def networks(default: int, most: int, doc: str) -> Any:
    """The field of the networks of each kind."""
    return number(default, 1, most, doc, label="Networks of each kind")


def spec(config: Any, init: str) -> Spec:
    """What `initialize_` needs for a scheme: config.std where it takes a std, the leaky ReLU's
    slope for Kaiming.
    """
    takes = INITIALIZERS[init].parameter
    if takes == "std":
        return init, config.std
    if takes == "negative_slope" and config.activation == "leaky_relu":
        return init, SLOPE
    return init


def decades(config: Any, one: Spec) -> float:
    """How many powers of ten a signal loses in each layer of config.width units, on the way there
    or back; 0 where none.
    """
    scheme, value = parse_spec(one)
    slope = {"relu": 0.5, "leaky_relu": 0.5, "sigmoid": 1 / 16}.get(
        config.activation, 1.0
    )  # mean square
    kept = scheme.std(config.width, config.width, value) * math.sqrt(slope * config.width)
    return max(0.0, -math.log10(kept)) if kept else 0.0


def about(config: Any) -> str:
    """What a chart of trained networks says of them and their data."""
    data = DATASETS[str(config.dataset)].title.replace(" x ", " × ")
    return f"Data: {data}; {config.width} units in each hidden layer."


def named(frame: Any) -> Any:
    """The frame with `init` in words."""
    return frame.assign(init=frame["init"].map(lambda init: INITIALIZERS[init].label))
