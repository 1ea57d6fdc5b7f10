"""Build the network, send a batch through it and through a chain, and follow one unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ...frames import Frames
from ...initializers import initialize_
from ...lazy import torch
from ...models import MLP, bare_linear, layer_names
from ...training import one_thread
from .config import Chain, Config


@dataclass(frozen=True, repr=False)
class Result(Frames):
    """The frames of one look at a network and a chain.

    shapes: see `layer_shapes`. values: [layer, row, column, value], every weight. flow: [step,
    layer, shape]: the batch as it enters, and after each layer. unit: [input, weight, x, product]
    of the unit followed, for the first sample of the batch; output: [dot_product, bias, output,
    measured] of that unit, `measured` by the network itself.
    chain: see `check_chain`. error: [message], PyTorch's own message on that chain; no row where it
        runs.
    """

    shapes: pd.DataFrame
    values: pd.DataFrame
    flow: pd.DataFrame
    unit: pd.DataFrame
    output: pd.DataFrame
    chain: pd.DataFrame
    error: pd.DataFrame


def layer_shapes(sizes: Sequence[int]) -> pd.DataFrame:
    """[layer, fan_in, fan_out, weight_shape, weights, biases], one row per layer; weight_shape is
    "(fan_out, fan_in)".
    """
    rows = [
        (name, fan_in, fan_out, f"({fan_out}, {fan_in})", fan_out * fan_in, fan_out)
        for name, fan_in, fan_out in zip(
            layer_names(len(sizes) - 1), sizes, sizes[1:], strict=False
        )
    ]
    return pd.DataFrame(
        rows, columns=["layer", "fan_in", "fan_out", "weight_shape", "weights", "biases"]
    )


def check_chain(layers: Chain, n_samples: int, n_features: int) -> pd.DataFrame:
    """[layer, expects, receives, output_shape, ok] for (in_features, out_features) of each layer in
    turn.

    receives: features that come from the layer before; ok: whether they are those that the layer
        expects.
    output_shape: "(samples, out_features)", empty from the first joint that does not fit.
    """
    rows, receives, intact = [], n_features, True
    for name, (expects, gives) in zip(layer_names(len(layers)), layers, strict=True):
        intact = intact and expects == receives
        rows.append(
            (
                name,
                expects,
                receives,
                f"({n_samples}, {gives})" if intact else "",
                expects == receives,
            )
        )
        receives = gives
    return pd.DataFrame(rows, columns=["layer", "expects", "receives", "output_shape", "ok"])


def torch_error(layers: Chain, n_samples: int, n_features: int, seed: int = 0) -> str | None:
    """PyTorch's own message when a `torch.randn(n_samples, n_features)` batch runs through the
    chain; None if it runs.
    """
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
    mlp = initialize_(
        MLP(config.sizes, config.activation),
        "pytorch_default",
        config.seed,
        biases="pytorch_default",
    )
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
        pd.DataFrame({"message": [] if message is None else [message]}, dtype=str),
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


def _follow(
    mlp: MLP, batch: torch.Tensor, done, config: Config
) -> tuple[pd.DataFrame, pd.DataFrame]:
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
    return unit, pd.DataFrame(
        {"dot_product": [total], "bias": [bias], "output": [out], "measured": [measured]}
    )
