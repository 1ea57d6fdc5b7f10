"""What a network's sizes say, as typed facts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Unit:
    """The unit that is followed, by hand: dot_product of its row with the input, plus bias, through
    the activation is output; measured: what the network itself says. through: whether an activation
    follows and changed the number;
    source: the layer whose outputs are its inputs (None: the batch itself).
    """

    layer: str
    number: int
    fan_in: int
    dot_product: float
    bias: float
    output: float
    measured: float
    through: bool
    source: str | None


@dataclass(frozen=True)
class Facts:
    """sizes: units from input to output; matrices: the shapes of the W; flow: (layer, shape of the
    batch after it), the batch first; weights, biases: how many numbers all layers hold.
    """

    sizes: tuple[int, ...]
    matrices: tuple[str, ...]
    flow: tuple[tuple[str, str], ...]
    weights: int
    biases: int
    unit: Unit


def facts(
    shapes: pd.DataFrame,
    flow: pd.DataFrame,
    unit: pd.DataFrame,
    output: pd.DataFrame,
    layer: int,
    number: int,
) -> Facts:
    """The facts of a run's frames (see `experiment.Result`) about unit `number` of layer `layer`,
    counted from 1.
    """
    row = output.iloc[0]
    total, bias, out = (float(row[name]) for name in ("dot_product", "bias", "output"))
    return Facts(
        sizes=(int(shapes["fan_in"].iloc[0]), *(int(n) for n in shapes["fan_out"])),
        matrices=tuple(shapes["weight_shape"]),
        flow=tuple(zip(flow["layer"], flow["shape"], strict=True)),
        weights=int(shapes["weights"].sum()),
        biases=int(shapes["biases"].sum()),
        unit=Unit(
            layer=str(shapes["layer"].iloc[layer - 1]),
            number=number,
            fan_in=len(unit),
            dot_product=total,
            bias=bias,
            output=out,
            measured=float(row["measured"]),
            through=abs(total + bias - out) > 1e-9,
            source=str(shapes["layer"].iloc[layer - 2]) if layer > 1 else None,
        ),
    )
