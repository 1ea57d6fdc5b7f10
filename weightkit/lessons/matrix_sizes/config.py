"""The settings of the look at a network and at a chain, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...configs import choice, number, validate
from ...costs import BASE, Cost
from ..views import Preset

MOST_LAYERS = 8
MOST_UNITS = 128
SIZES = (10, 14, 19, 8)
"""The course's network."""
BROKEN = ((10, 14), (14, 9), (19, 8))
"""The course's chain that does not fit: its second layer gives 9, its third expects 19."""

_EXAMPLE, _EXAMPLES = "10-14-19-8", "10-14, 14-9, 19-8"  # of what the two fields accept

Chain = Sequence[tuple[int, int]]

PRESETS: dict[str, Preset] = {
    "The course's 10-14-19-8": Preset("Which two numbers give the size of each matrix?", {}),
    "A small one: 3-4-3-1": Preset("Can you count the weights by eye?", {"sizes": "3-4-3-1"}),
    "Digits: 64-64-32-32-10": Preset(
        "Which matrix holds most of the numbers?", {"sizes": "64-64-32-32-10"}
    ),
    "The broken chain": Preset("Which two numbers do not fit?", {"view": "Broken chain"}),
}


@dataclass(frozen=True)
class Config:
    """sizes: units from input to output; chain: (in_features, out_features) of layers that may not
    fit each other.
    """

    sizes: tuple[int, ...] = SIZES
    chain: tuple[tuple[int, int], ...] = BROKEN
    n_samples: int = number(5, 1, 1000, "Samples in the batch.", label="Samples in the batch")
    n_features: int = number(
        10,
        1,
        MOST_UNITS,
        "Features of a sample that enters the chain.",
        label="Features of a sample",
    )
    layer: int = number(
        1,
        1,
        MOST_LAYERS,
        "The layer of the unit to follow, counted from 1.",
        label="Follow a unit in layer",
    )
    unit: int = number(1, 1, MOST_UNITS, "The unit to follow, counted from 1.", label="Unit")
    activation: str = choice("linear", ("linear", "relu"))
    seed: int = number(0, 0, 10_000, "Seed of weights and batch.")

    def __post_init__(self) -> None:
        validate(self)
        _check_units("sizes", self.sizes, 2, MOST_LAYERS + 1)
        if not isinstance(self.chain, tuple) or not 1 <= len(self.chain) <= MOST_LAYERS:
            raise ValueError(
                f"chain is {self.chain!r}; it must have 1 to {MOST_LAYERS} layers such as (10, 14)"
            )
        for pair in self.chain:
            _check_units("each layer of chain", pair, 2, 2)
        if self.layer > len(self.sizes) - 1:
            raise ValueError(
                f"layer is {self.layer}; this network has layers 1 to {len(self.sizes) - 1}"
            )
        if self.unit > self.sizes[self.layer]:
            raise ValueError(
                f"unit is {self.unit}; layer {self.layer} has units 1 to {self.sizes[self.layer]}"
            )

    @property
    def cost(self) -> Cost:
        """Of `run` of either view: small at all settings; measured at the largest."""
        return Cost(BASE + 15e6, 0.15)


def parse_sizes(text: str) -> tuple[int, ...]:
    """ "10-14-19-8" -> (10, 14, 19, 8). ValueError quotes what is wrong and gives an example."""
    sizes = tuple(_units(part, text, _EXAMPLE) for part in text.replace(",", "-").split("-"))
    if not 2 <= len(sizes) <= MOST_LAYERS + 1:
        raise ValueError(
            f"“{text[:60]}” has {len(sizes)} of the 2 to {MOST_LAYERS + 1} numbers that make a"
            f" network; write it such as {_EXAMPLE}"
        )
    return sizes


def parse_chain(text: str) -> tuple[tuple[int, int], ...]:
    """ "10-14, 14-9, 19-8" -> ((10, 14), (14, 9), (19, 8)). ValueError as `parse_sizes`'."""
    pairs: list[tuple[int, int]] = []
    for part in text.split(","):
        units = tuple(_units(entry, text, _EXAMPLES) for entry in part.split("-"))
        if len(units) != 2:
            raise ValueError(
                f"“{part.strip()[:30]}” in “{text[:60]}” is not a layer; write inputs-outputs,"
                f" such as {_EXAMPLES}"
            )
        pairs.append((units[0], units[1]))
    if len(pairs) > MOST_LAYERS:
        raise ValueError(
            f"“{text[:60]}” has {len(pairs)} layers; write 1 to {MOST_LAYERS} of them, such as"
            f" {_EXAMPLES}"
        )
    return tuple(pairs)


def written_sizes(sizes: Sequence[int]) -> str:
    """(10, 14, 19, 8) -> "10-14-19-8"."""
    return "-".join(map(str, sizes))


def written_chain(chain: Chain) -> str:
    """((10, 14), (14, 9)) -> "10-14, 14-9"."""
    return ", ".join(map(written_sizes, chain))


def _units(part: str, text: str, example: str) -> int:
    """The number of units that a part of a field's text asks for."""
    said = part.strip()
    if not said:
        raise ValueError(
            f"a number is missing in “{text[:60]}”; write it such as {example}"
            if text.strip()
            else f"the field is empty; write such as {example}"
        )
    try:
        units = int(said)
    except ValueError:
        units = 0
    if not 1 <= units <= MOST_UNITS:
        raise ValueError(
            f"“{said[:30]}” in “{text[:60]}” is not a whole number from 1 to {MOST_UNITS}; write"
            f" it such as {example}"
        )
    return units


def _check_units(name: str, units: Sequence[int], least: int, most: int) -> None:
    if not isinstance(units, tuple) or not least <= len(units) <= most:
        raise ValueError(
            f"{name} is {units!r}; it must have {least}{f' to {most}' if most > least else ''}"
            " numbers"
        )
    for unit in units:
        if isinstance(unit, bool) or not isinstance(unit, int) or not 1 <= unit <= MOST_UNITS:
            raise ValueError(
                f"{name} contains {unit!r}; each must be a whole number from 1 to {MOST_UNITS}"
            )
