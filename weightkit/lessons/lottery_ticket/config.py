"""The settings of the lottery tickets."""

from __future__ import annotations

from dataclasses import dataclass

from ...configs import choice, number
from ...costs import Cost, frames, network_sizes, parameters, training
from ...datasets import DATASETS, Dataset, size_of
from ..settings import RATES, UNSHOWN, Training
from ..views import Preset

HIDDEN = ("64-32", "128-64", "300-100")
OWN, FRESH, SHUFFLED = STARTS = ("own numbers", "fresh numbers", "own numbers, shuffled mask")
INIT = "xavier_normal"
FEWEST = 0.005  # share of the weights that must be left
FIRST = 2  # epochs that `first_epochs` averages
APART = 20_000  # between the seeds of own numbers and of the fresh ones of each round

PRESETS: dict[str, Preset] = {
    "The paper's own setting, on digits": Preset(
        "Are larger networks and smaller steps of pruning as clear?",
        {
            "hidden": "300-100",
            "removed": 0.2,
            "rounds": 15,
            "epochs": 3,
            "learning_rate": 0.0012,
            "n_seeds": 1,
        },
    ),
    "Five networks of each kind": Preset(
        "Does one network of five break the rule?", {"n_seeds": 5}
    ),
    "Where the effect vanishes: few removed": Preset(
        "How far apart are the starts while half the weights are left?",
        {"rounds": 2, "removed": 0.3},
    ),
    "One epoch in each round": Preset("Who gains most from little time?", {"epochs": 1}),
    "Large steps": Preset(
        "Do the first numbers still count when Adam moves far from them?", {"learning_rate": 0.03}
    ),
    "On MNIST": Preset(
        "Which pixels of 28 x 28 keep weights?",
        {
            "dataset": "mnist",
            "n_seeds": 1,
            "epochs": 1,
            "batch_size": 128,
            "removed": 0.5,
            "rounds": 5,
        },
    ),
}


@dataclass(frozen=True)
class Config(Training):
    """Train, remove the smallest weights, put the survivors back to their start, train again.

    Each round removes the share `removed` of the weights that are left in each layer, half of it in
    the output layer, as Frankle and Carbin (2019) do.
    """

    dataset: str | Dataset = choice("digits", DATASETS, "The data.", own=Dataset)
    removed: float = number(
        0.4,
        0.05,
        0.6,
        "Share of the weights left that each round removes, the smallest of each layer.",
        label="Removed in each round",
        ladder=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
        names=lambda share: f"{100 * share:.3g}%",
    )
    rounds: int = number(7, 1, 15, "How often weights are removed.", label="Rounds")
    hidden: str = choice("128-64", HIDDEN, label="Hidden units")
    epochs: int = number(4, 1, 40, "Passes over the training set in each round.")
    batch_size: int = number(60, 8, 512, ladder=(16, 32, 60, 128, 256))
    learning_rate: float = number(0.003, 1e-5, 1.0, "Step size.", ladder=(*RATES, 0.0012))
    n_seeds: int = number(2, 1, 10, label="Networks of each kind")

    def _check(self) -> None:
        if self.left < FEWEST:
            raise ValueError(
                f"rounds is {self.rounds} and removed {self.removed:g}, which leaves about"
                f" {self.left:.2g} of the weights; at least {FEWEST:g} must be left"
            )

    @property
    def left(self) -> float:
        """About the share of the weights left at the end (of hidden layers, exactly but for
        rounding).
        """
        return (1 - self.removed) ** self.rounds

    @property
    def units(self) -> tuple[int, ...]:
        """Units of the hidden layers."""
        return tuple(int(n) for n in self.hidden.split("-"))

    @property
    def measured(self) -> int:
        """Training examples that are measured: the page shows the test split's numbers alone."""
        return UNSHOWN

    @property
    def cost(self) -> Cost:
        """Of `run`: a training of the whole networks, and one of three kinds in each round."""
        size = size_of(self.dataset)

        def taught(networks: int) -> Cost:
            return training(
                size,
                self.units,
                networks,
                epochs=self.epochs,
                batch_size=self.batch_size,
                optimizer=self.optimizer,
                measured=self.measured,
                pruned=True,
            )

        p, n = parameters(network_sizes(size, self.units)), len(STARTS) * self.n_seeds
        each = taught(n) + frames(2 * n, self.epochs + 1)
        rounds = Cost(each.bytes, self.rounds * each.seconds)
        kept = Cost(self.rounds * (self.epochs + 1) * 2 * n * 240.0)  # rows of all rounds
        return taught(self.n_seeds).then(rounds) + kept + Cost(12.0 * n * p)
