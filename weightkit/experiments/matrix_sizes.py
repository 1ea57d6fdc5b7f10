"""Part 1: the sizes of weight matrices, the chain they form, and the dot product behind one unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..configs import choice, number, validate
from ..initializers import initialize_
from ..lazy import lazy
from ..models import MLP, bare_linear, layer_names
from ..training import one_thread

if TYPE_CHECKING:
    import pandas as pd
    import torch
else:
    pd, torch = lazy("pandas"), lazy("torch")

MOST_LAYERS = 8
MOST_UNITS = 128
BROKEN = ((10, 14), (14, 9), (19, 8))
"""The course's chain that does not fit: its second layer gives 9, its third expects 19."""

Chain = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Config:
    """sizes: units from input to output; chain: (in_features, out_features) of layers that may not fit each other."""

    sizes: tuple[int, ...] = (10, 14, 19, 8)
    chain: tuple[tuple[int, int], ...] = BROKEN
    n_samples: int = number(5, 1, 1000, "Samples in the batch.")
    n_features: int = number(10, 1, MOST_UNITS, "Features of a sample that enters the chain.")
    layer: int = number(1, 1, MOST_LAYERS, "The layer of the unit to follow, counted from 1.")
    unit: int = number(1, 1, MOST_UNITS, "The unit to follow, counted from 1.")
    activation: str = choice("linear", ("linear", "relu"), "What follows each layer but the last.")
    seed: int = number(0, 0, 10_000, "Seed of weights and batch.")

    def __post_init__(self):
        validate(self)
        _check_units("sizes", self.sizes, 2, MOST_LAYERS + 1)
        if not isinstance(self.chain, tuple) or not 1 <= len(self.chain) <= MOST_LAYERS:
            raise ValueError(f"chain is {self.chain!r}; it must have 1 to {MOST_LAYERS} layers such as (10, 14)")
        for pair in self.chain:
            _check_units("each layer of chain", pair, 2, 2)
        if self.layer > len(self.sizes) - 1:
            raise ValueError(f"layer is {self.layer}; this network has layers 1 to {len(self.sizes) - 1}")
        if self.unit > self.sizes[self.layer]:
            raise ValueError(f"unit is {self.unit}; layer {self.layer} has units 1 to {self.sizes[self.layer]}")


@dataclass(frozen=True)
class Result:
    """The frames of one look at a network and a chain.

    shapes: see `layer_shapes`. values: [layer, row, column, value], every weight. flow: [step, layer, shape]: the
    batch as it enters, and after each layer. unit: [input, weight, x, product] of the unit followed, for the first
    sample of the batch; output: [dot_product, bias, output, measured] of that unit, `measured` by the network itself.
    chain: see `check_chain`. error: [message], PyTorch's own message on that chain; no row where it runs.
    """

    shapes: pd.DataFrame
    values: pd.DataFrame
    flow: pd.DataFrame
    unit: pd.DataFrame
    output: pd.DataFrame
    chain: pd.DataFrame
    error: pd.DataFrame


PRESETS = {
    "The course's 10-14-19-8": {},
    "A small one: 3-4-3-1": {"sizes": "3-4-3-1"},
    "Digits: 64-64-32-32-10": {"sizes": "64-64-32-32-10"},
    "The broken chain": {"view": "Broken chain"},
}


def parse_sizes(text: str) -> tuple[int, ...]:
    """ "10-14-19-8" -> (10, 14, 19, 8). ValueError names the entry that is wrong and what is allowed."""
    sizes = tuple(_whole(part, text) for part in text.replace(",", "-").split("-"))
    _check_units("sizes", sizes, 2, MOST_LAYERS + 1)
    return sizes


def parse_chain(text: str) -> tuple[tuple[int, int], ...]:
    """ "10-14, 14-9, 19-8" -> ((10, 14), (14, 9), (19, 8)). ValueError says what is wrong."""
    pairs = []
    for part in text.split(","):
        numbers = tuple(_whole(entry, text) for entry in part.split("-"))
        if len(numbers) != 2:
            raise ValueError(f"“{part.strip()[:30]}” is not a layer; write inputs-outputs, such as 10-14")
        _check_units("each layer of the chain", numbers, 2, 2)
        pairs.append(numbers)
    if len(pairs) > MOST_LAYERS:
        raise ValueError(f"the chain has {len(pairs)} layers; it must have 1 to {MOST_LAYERS}")
    return tuple(pairs)


def _whole(part: str, text: str) -> int:
    try:
        return int(part.strip())
    except ValueError:
        raise ValueError(
            f"“{part.strip()[:30]}” in “{text[:60]}” is not a whole number; write sizes such as 10-14-19-8"
        ) from None


def _check_units(name: str, units: Sequence[int], least: int, most: int) -> None:
    if not isinstance(units, tuple) or not least <= len(units) <= most:
        raise ValueError(f"{name} is {units!r}; it must have {least}{f' to {most}' if most > least else ''} numbers")
    for unit in units:
        if isinstance(unit, bool) or not isinstance(unit, int) or not 1 <= unit <= MOST_UNITS:
            raise ValueError(f"{name} contains {unit!r}; each must be a whole number from 1 to {MOST_UNITS}")


def layer_shapes(sizes: Sequence[int]) -> pd.DataFrame:
    """[layer, fan_in, fan_out, weight_shape, weights, biases], one row per layer; weight_shape is "(fan_out, fan_in)"."""
    rows = [
        (name, fan_in, fan_out, f"({fan_out}, {fan_in})", fan_out * fan_in, fan_out)
        for name, fan_in, fan_out in zip(layer_names(len(sizes) - 1), sizes, sizes[1:], strict=False)
    ]
    return pd.DataFrame(rows, columns=["layer", "fan_in", "fan_out", "weight_shape", "weights", "biases"])


def check_chain(layers: Chain, n_samples: int, n_features: int) -> pd.DataFrame:
    """[layer, expects, receives, output_shape, ok] for (in_features, out_features) of each layer in turn.

    receives: features that come from the layer before; ok: whether they are those that the layer expects.
    output_shape: "(samples, out_features)", empty from the first joint that does not fit.
    """
    rows, receives, intact = [], n_features, True
    for name, (expects, gives) in zip(layer_names(len(layers)), layers, strict=True):
        intact = intact and expects == receives
        rows.append((name, expects, receives, f"({n_samples}, {gives})" if intact else "", expects == receives))
        receives = gives
    return pd.DataFrame(rows, columns=["layer", "expects", "receives", "output_shape", "ok"])


def mend(layers: Chain, n_features: int) -> list[tuple[tuple[int, int], ...]]:
    """The two ways to mend the first broken joint: let the former layer give, or the latter expect, the other's number.

    Empty for a chain that fits; only the second way where the batch itself does not fit the first layer.
    """
    receives = n_features
    for i, (expects, gives) in enumerate(layers):
        if expects != receives:
            later = [*layers[:i], (receives, gives), *layers[i + 1 :]]
            former = [*layers[: i - 1], (layers[i - 1][0], expects), *layers[i:]] if i else None
            return [tuple(way) for way in (former, later) if way is not None]
        receives = gives
    return []


def torch_error(layers: Chain, n_samples: int, n_features: int, seed: int = 0) -> str | None:
    """PyTorch's own message when a `torch.randn(n_samples, n_features)` batch runs through the chain; None if it runs."""
    batch = torch.randn(n_samples, n_features, generator=torch.Generator().manual_seed(seed))
    net = torch.nn.Sequential(*(bare_linear(*pair) for pair in layers))
    try:
        with torch.no_grad():
            net(batch)
    except RuntimeError as error:
        return str(error)
    return None


@one_thread()
def run(config: Config = Config()) -> Result:
    """Build the network, send a batch through it and through the chain, and follow one unit."""
    mlp = initialize_(MLP(config.sizes, config.activation), "pytorch_default", config.seed, biases="pytorch_default")
    generator = torch.Generator().manual_seed(config.seed)
    batch = torch.randn(config.n_samples, config.sizes[0], generator=generator)
    done = mlp.forward(batch)
    message = torch_error(config.chain, config.n_samples, config.n_features, config.seed)
    unit, output = _follow(mlp, batch, done, config)
    return Result(
        layer_shapes(config.sizes),
        _values(mlp),
        _flow(config),
        unit,
        output,
        check_chain(config.chain, config.n_samples, config.n_features),
        pd.DataFrame({"message": [] if message is None else [message]}, dtype=object),
    )


def _values(mlp: MLP) -> pd.DataFrame:
    frames = []
    for layer in mlp.layers:
        weight = mlp.weight[layer][0]
        rows, columns = torch.meshgrid(*(torch.arange(n) for n in weight.shape), indexing="ij")
        frames.append(
            pd.DataFrame(
                {
                    "layer": layer,
                    "row": rows.flatten().numpy() + 1,
                    "column": columns.flatten().numpy() + 1,
                    "value": weight.flatten().double().numpy(),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _flow(config: Config) -> pd.DataFrame:
    names = ["batch", *layer_names(len(config.sizes) - 1)]
    rows = [
        (i, name, f"({config.n_samples}, {units})")
        for i, (name, units) in enumerate(zip(names, config.sizes, strict=True))
    ]
    return pd.DataFrame(rows, columns=["step", "layer", "shape"])


def _follow(mlp: MLP, batch: torch.Tensor, done, config: Config) -> tuple[pd.DataFrame, pd.DataFrame]:
    place, row = config.layer - 1, config.unit - 1
    layer = mlp.layers[place]
    x = batch[0] if place == 0 else done.outputs[place - 1][0, :, 0]
    weight, bias = mlp.weight[layer][0, row], float(mlp.bias[layer][0, row])
    last = place == len(mlp.layers) - 1
    measured = float(done.logits[0, row, 0] if last else done.outputs[place][0, row, 0])
    products = (weight * x).double().numpy()
    unit = pd.DataFrame(
        {
            "input": range(1, len(x) + 1),
            "weight": weight.double().numpy(),
            "x": x.double().numpy(),
            "product": products,
        }
    )
    total = float(products.sum())
    out = total + bias
    if not last and config.activation == "relu":
        out = max(out, 0.0)
    return unit, pd.DataFrame({"dot_product": [total], "bias": [bias], "output": [out], "measured": [measured]})
