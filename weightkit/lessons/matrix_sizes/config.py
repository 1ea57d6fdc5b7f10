"""The settings of the look at a network and at a chain, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...configs import choice, number, validate
from ...costs import BASE, Cost

MOST_LAYERS = 8
MOST_UNITS = 128
SIZES = (10, 14, 19, 8)
"""The course's network."""
BROKEN = ((10, 14), (14, 9), (19, 8))
"""The course's chain that does not fit: its second layer gives 9, its third expects 19."""

Chain = Sequence[tuple[int, int]]

PRESETS: dict[str, dict[str, Any]] = {
    "The course's 10-14-19-8": {},
    "A small one: 3-4-3-1": {"sizes": "3-4-3-1"},
    "Digits: 64-64-32-32-10": {"sizes": "64-64-32-32-10"},
    "The broken chain": {"view": "Broken chain"},
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
    activation: str = choice("linear", ("linear", "relu"), "What follows each layer but the last.")
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
    """ "10-14-19-8" -> (10, 14, 19, 8). ValueError names the entry that is wrong and what is
    allowed.
    """
    sizes = tuple(_whole(part, text) for part in text.replace(",", "-").split("-"))
    _check_units("sizes", sizes, 2, MOST_LAYERS + 1)
    return sizes


def parse_chain(text: str) -> tuple[tuple[int, int], ...]:
    """ "10-14, 14-9, 19-8" -> ((10, 14), (14, 9), (19, 8)). ValueError says what is wrong."""
    pairs: list[tuple[int, int]] = []
    for part in text.split(","):
        numbers = tuple(_whole(entry, text) for entry in part.split("-"))
        if len(numbers) != 2:
            raise ValueError(
                f"“{part.strip()[:30]}” is not a layer; write inputs-outputs, such as 10-14"
            )
        _check_units("each layer of the chain", numbers, 2, 2)
        pairs.append((numbers[0], numbers[1]))
    if len(pairs) > MOST_LAYERS:
        raise ValueError(f"the chain has {len(pairs)} layers; it must have 1 to {MOST_LAYERS}")
    return tuple(pairs)


def written_sizes(sizes: Sequence[int]) -> str:
    """(10, 14, 19, 8) -> "10-14-19-8"."""
    return "-".join(map(str, sizes))


def written_chain(chain: Chain) -> str:
    """((10, 14), (14, 9)) -> "10-14, 14-9"."""
    return ", ".join(map(written_sizes, chain))


def _whole(part: str, text: str) -> int:
    try:
        return int(part.strip())
    except ValueError:
        raise ValueError(
            f"“{part.strip()[:30]}” in “{text[:60]}” is not a whole number; write sizes such as"
            " 10-14-19-8"
        ) from None


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
