"""The settings of a constant start with noise."""

from __future__ import annotations

from dataclasses import dataclass

from ....configs import number
from ....costs import Cost, frames, network_sizes, parameters, training
from ....datasets import size_of
from ...settings import UNSHOWN, Training
from ...views import Preset
from ..config import HIDDEN, RATES

LEAST, MOST = 1e-6, 1.0  # standard deviations of the noise, besides 0
CONSTANTS = (-1.0, -0.1, -0.02, 0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 1.0)

PRESETS: dict[str, Preset] = {
    "Noise on zeros": Preset("How little noise is enough from zero?", {"constant": 0.0}),
    "A larger constant: 0.1": Preset("Does a larger constant need more noise?", {"constant": 0.1}),
    "SGD instead of Adam": Preset(
        "Which part moves with the other optimizer?", {"optimizer": "sgd", "learning_rate": 0.1}
    ),
    "Two classes: breast cancer": Preset(
        "Is it the same where there are two answers?", {"dataset": "breast_cancer"}
    ),
}


@dataclass(frozen=True)
class NoiseConfig(Training):
    """All weights start at `constant`, all biases at zero; to the weights normal noise of standard
    deviation e is added, for e = 0 and `n_noises` log-spaced ones from 1e-6 to 1.

    The learning rate is 0.003, at which all of the rise shows: at 0.01 Adam's first steps alone
    leave constant starts at chance, with little noise as with none.
    """

    constant: float = number(
        0.02, -2.0, 2.0, "Where all weights start, before the noise.", ladder=CONSTANTS
    )
    dropout: float = number(
        0.25,
        0.05,
        0.9,
        "Of the network beside them, which has no noise: share of its hidden outputs silenced at"
        " random in each step.",
        label="Dropout in place of noise",
        ladder=(0.1, 0.25, 0.5, 0.75),
    )
    n_noises: int = number(
        13, 3, 25, "How many standard deviations from 10⁻⁶ to 1.", label="How many noises", step=2
    )
    epochs: int = number(10, 1, 50)
    learning_rate: float = number(0.003, 1e-5, 1.0, "Step size.", ladder=RATES)
    n_seeds: int = number(3, 1, 10, "Networks per noise.", label="Networks per noise")

    @property
    def noises(self) -> tuple[float, ...]:
        """The standard deviations, 0 first; rounded to three digits."""
        ratio = (MOST / LEAST) ** (1 / (self.n_noises - 1))
        return 0.0, *(float(f"{LEAST * ratio**i:.3g}") for i in range(self.n_noises))

    @property
    def measured(self) -> int:
        """Training examples that are measured: the page shows the test split's numbers alone."""
        return UNSHOWN

    @property
    def cost(self) -> Cost:
        """Of `noisy_starts`: the training of the stack, and of one network with dropout."""
        size, n = size_of(self.dataset), 1 + self.n_noises * self.n_seeds

        def taught(networks: int, dropout: bool) -> Cost:
            return training(
                size,
                HIDDEN,
                networks,
                epochs=self.epochs,
                batch_size=self.batch_size,
                optimizer=self.optimizer,
                measured=self.measured,
                dropout=dropout,
            )

        both = taught(n, False) + taught(1, True)
        p = parameters(network_sizes(size, HIDDEN))
        return both + Cost(4.0 * n * p) + frames(2 * (n + 1), self.epochs + 1)
