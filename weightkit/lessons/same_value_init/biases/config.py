"""The settings of the view on biases."""

from __future__ import annotations

from dataclasses import dataclass

from ....configs import choice, number
from ....costs import ELEMENT, FLOPS, Cost, frames, network_sizes, parameters, pass_bytes
from ....costs import training as trained
from ....datasets import size_of
from ....optimizers import OPTIMIZERS
from ....pieces import evaluated_rows
from ...settings import UNSHOWN, Training
from ...views import Preset
from ..config import HIDDEN, RATES

CONSTANT, RANDOM, NO_WEIGHTS = "constant biases", "random biases", "weights zero, biases random"
"""How networks start: random weights under one constant for all hidden biases, or under random
ones; or no weights at all.
"""

PRESETS: dict[str, Preset] = {
    "Adam instead of momentum": Preset(
        "Which biases can Adam still mend?", {"optimizer": "adam", "learning_rate": 0.003}
    ),
    "A closer look: −0.5 to 0.5": Preset("Where does the flat part end?", {"reach": 0.5}),
    "Plain SGD": Preset("How much of it was the momentum?", {"optimizer": "sgd"}),
    "Two classes: breast cancer": Preset(
        "Is it the same where there are two answers?", {"dataset": "breast_cancer"}
    ),
}


@dataclass(frozen=True)
class BiasConfig(Training):
    """Kaiming normal weights; all hidden biases start at one constant from -reach to reach (0 is
    always among them), or are drawn as PyTorch does; those of the output start at zero.

    Also, with all weights zero, the random biases alone.
    """

    reach: float = number(
        2.0,
        0.1,
        10.0,
        "The largest constant bias, and with a minus the smallest.",
        label="Biases up to ±",
        ladder=(0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0),
    )
    n_biases: int = choice(
        17, (5, 9, 17, 25, 33), "How many constants, evenly spaced.", label="How many biases"
    )
    epochs: int = number(10, 1, 50)
    optimizer: str = choice("momentum", OPTIMIZERS)
    learning_rate: float = number(0.01, 1e-5, 1.0, "Step size.", ladder=RATES)
    n_seeds: int = number(2, 1, 10, "Networks per bias.", label="Networks per bias")

    @property
    def constants(self) -> tuple[float, ...]:
        """The constant biases, from the smallest; rounded to four digits."""
        half = self.n_biases // 2
        return tuple(float(f"{self.reach * i / half:.4g}") for i in range(-half, half + 1))

    @property
    def measured(self) -> int:
        """Training examples that are measured: the page shows the test split's numbers alone."""
        return UNSHOWN

    @property
    def cost(self) -> Cost:
        """Of `hidden_biases`: the training, and two looks at what is dead."""
        size, n = size_of(self.dataset), (self.n_biases + 2) * self.n_seeds
        sizes = network_sizes(size, HIDDEN)
        p, rows = parameters(sizes), evaluated_rows(n, max(HIDDEN))
        taught = trained(
            size,
            HIDDEN,
            n,
            epochs=self.epochs,
            batch_size=self.batch_size,
            optimizer=self.optimizer,
            measured=self.measured,
        )
        looks = Cost(
            4.0 * n * p + pass_bytes(n, sizes, min(rows, size.train)),
            2.0 * n * size.train * (2 * p / FLOPS + sum(HIDDEN) * ELEMENT),
        )
        return taught.then(looks) + frames(2 * n, self.epochs + 1) + frames(6 * n, 2, live=False)
