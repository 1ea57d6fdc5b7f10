"""`MLP`: a stack of equally shaped fully connected networks, computed together. One network is a stack of one.

Everything is laid out as (model, unit, sample), so that a layer reads as it is written, y = W x + b, and the
first layer, whose input all models share, is one plain matrix product.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .activations import ACTIVATIONS
from .lazy import lazy

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = lazy("torch")

MAX_UNITS = 4096
MAX_LAYERS = 128
MAX_PARAMETERS = 20_000_000


def layer_names(n_layers: int) -> list[str]:
    """The course's names: input, fc1, fc2, ..., output (a single layer is the output)."""
    return ["input", *(f"fc{i}" for i in range(1, n_layers - 1)), "output"] if n_layers > 1 else ["output"]


def check_sizes(sizes: Sequence[int]) -> tuple[int, ...]:
    """`sizes` as a tuple; ValueError where there are fewer than two, or one is not a whole number in 1..MAX_UNITS."""
    if len(sizes) < 2 or len(sizes) - 1 > MAX_LAYERS:
        raise ValueError(f"sizes has {len(sizes)} entries; it must have 2 to {MAX_LAYERS + 1}")
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= MAX_UNITS:
            raise ValueError(f"sizes contains {size!r}; each must be a whole number from 1 to {MAX_UNITS}")
    return tuple(sizes)


@dataclass(frozen=True)
class Pass:
    """What a forward pass leaves behind for the backward pass; every tensor is (n_models, units, samples).

    inputs[i] enters layer i (inputs[0] is x, (samples, features), shared by all models); outputs[i] leaves the
    activation of layer i, before dropout; normalised[i] and scale[i] belong to layer normalisation.
    """

    inputs: list[Tensor]
    outputs: list[Tensor]
    logits: Tensor
    normalised: list[Tensor]
    scale: list[Tensor]


class MLP:
    """A stack of `n_models` multilayer perceptrons of the same shape.

    sizes: units from the input features to the outputs; activation: a name in ACTIVATIONS, after every layer but
    the last; normalization: None, or "layer" for layer normalisation (Ba et al. 2016, without gain and shift)
    before each activation.

    weight[layer] is (n_models, fan_out, fan_in), bias[layer] (n_models, fan_out); all are views of the one flat
    buffer `flat`, and `weight_grad`, `bias_grad` are views of `grad`: write to them in place only. New networks
    are all zero: give them values with `initialize_`.
    """

    def __init__(self, sizes: Sequence[int], activation: str = "relu", n_models: int = 1, *, normalization=None):
        self.sizes = check_sizes(sizes)
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation is {activation!r}; it must be one of {', '.join(ACTIVATIONS)}")
        if normalization not in (None, "layer"):
            raise ValueError(f"normalization is {normalization!r}; it must be None or 'layer'")
        if isinstance(n_models, bool) or not isinstance(n_models, int) or n_models < 1:
            raise ValueError(f"n_models is {n_models!r}; it must be a whole number of at least 1")
        self.activation, self.n_models, self.normalization = activation, n_models, normalization
        self.layers = layer_names(len(self.sizes) - 1)
        count = self.n_parameters * n_models
        if count > MAX_PARAMETERS:
            raise ValueError(
                f"{n_models} networks of sizes {self.sizes} have {count} parameters; at most {MAX_PARAMETERS}"
            )
        self.flat, self.grad = torch.zeros(count), torch.zeros(count)
        self.weight, self.bias = self._views(self.flat)
        self.weight_grad, self.bias_grad = self._views(self.grad)

    @property
    def n_parameters(self) -> int:
        """Weights and biases of one network."""
        return sum((fan_in + 1) * fan_out for fan_in, fan_out in zip(self.sizes, self.sizes[1:], strict=False))

    def _views(self, flat: Tensor) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        weights, biases, start = {}, {}, 0
        for name, fan_in, fan_out in zip(self.layers, self.sizes, self.sizes[1:], strict=False):
            middle = start + self.n_models * fan_out * fan_in
            end = middle + self.n_models * fan_out
            weights[name] = flat[start:middle].view(self.n_models, fan_out, fan_in)
            biases[name] = flat[middle:end].view(self.n_models, fan_out)
            start = end
        return weights, biases

    def parameters(self, flat: Tensor | None = None) -> dict[tuple[str, str], Tensor]:
        """Views {(layer, "weight" | "bias"): (n_models, ...)} of `flat` (default: the parameters themselves)."""
        weights, biases = self._views(self.flat if flat is None else flat)
        return {(n, kind): view[n] for n in self.layers for kind, view in (("weight", weights), ("bias", biases))}

    def part(self, start: int, stop: int) -> MLP:
        """Models start to stop - 1 as a stack of their own that shares this one's parameters and gradients."""
        part = copy.copy(self)
        part.n_models = stop - start
        for name in ("weight", "bias", "weight_grad", "bias_grad"):
            setattr(part, name, {layer: view[start:stop] for layer, view in getattr(self, name).items()})
        return part

    def __call__(self, x: Tensor) -> Tensor:
        """Logits (n_models, samples, outputs) of x (samples, features)."""
        return self.forward(x, keep=False).logits.transpose(1, 2)

    def sequential(self, model: int = 0) -> torch.nn.Sequential:
        """The same network as a plain torch.nn.Sequential with copies of its weights."""
        modules: list[torch.nn.Module] = []
        for name, fan_in, fan_out in zip(self.layers, self.sizes, self.sizes[1:], strict=False):
            linear = torch.nn.utils.skip_init(torch.nn.Linear, fan_in, fan_out)
            with torch.no_grad():
                linear.weight.copy_(self.weight[name][model])
                linear.bias.copy_(self.bias[name][model])
            modules.append(linear)
            if name != "output":
                if self.normalization:
                    modules.append(torch.nn.LayerNorm(fan_out, elementwise_affine=False))
                modules.append(ACTIVATIONS[self.activation].module())
        return torch.nn.Sequential(*modules)

    def forward(self, x: Tensor, masks: Sequence[Tensor] | None = None, *, keep: bool = True) -> Pass:
        """One pass of x (samples, features); masks[i] (units, samples) multiplies hidden output i (dropout).

        keep=False: only the logits, for evaluation. Each layer then reuses the memory of the one before, which halves
        the time of a deep stack.
        """
        act = ACTIVATIONS[self.activation]
        done, a = Pass([x], [], x, [], []), x
        for i, name in enumerate(self.layers):
            weight, bias = self.weight[name], self.bias[name]
            if i == 0:
                z = torch.addmm(bias.view(-1, 1), weight.view(-1, self.sizes[0]), x.t())
                z = z.view(self.n_models, self.sizes[1], len(x))
            else:
                z = torch.baddbmm(bias.unsqueeze(2), weight, a)
            if i == len(self.layers) - 1:
                return Pass(done.inputs, done.outputs, z, done.normalised, done.scale)
            if self.normalization:
                z = _normalise(z, done)
            a = act.forward_(z)
            if not keep:
                done.normalised.clear()
                continue
            done.outputs.append(a)
            a = a * masks[i] if masks is not None else a
            done.inputs.append(a)
        raise AssertionError("unreachable: the last layer returns")

    def backward(self, done: Pass, delta: Tensor, masks: Sequence[Tensor] | None = None, visit: Callable | None = None):
        """Write the gradient of every parameter into `grad`, given delta = dLoss/dlogits (n_models, outputs, samples).

        Written by hand because autograd doubles the time of tiny networks; held equal to autograd by a test.
        `visit(layer, d)`, if given, sees dLoss/dz, the gradient at each layer's pre-activation, from the last to
        the first (read it at once: it is overwritten).
        """
        act = ACTIVATIONS[self.activation]
        for i in reversed(range(len(self.layers))):
            name, layer_in = self.layers[i], done.inputs[i]
            if visit is not None:
                visit(name, delta)
            torch.sum(delta, 2, out=self.bias_grad[name])
            if i == 0:
                flat = self.weight_grad[name].view(-1, self.sizes[0])
                torch.mm(delta.reshape(-1, delta.shape[2]), layer_in, out=flat)
                return
            torch.bmm(delta, layer_in.transpose(1, 2), out=self.weight_grad[name])
            delta = torch.bmm(self.weight[name].transpose(1, 2), delta)
            if masks is not None:
                delta.mul_(masks[i - 1])
            delta = act.backward(delta, done.outputs[i - 1])
            if self.normalization:
                delta = _normalise_backward(delta, done.normalised[i - 1], done.scale[i - 1])


def _normalise(z: Tensor, done: Pass, eps: float = 1e-5) -> Tensor:
    """(z - mean) / sqrt(var + eps) over the units of each sample; keeps what the backward pass needs."""
    centred = z - z.mean(1, keepdim=True)
    scale = centred.square().mean(1, keepdim=True).add_(eps).rsqrt_()
    z = centred.mul_(scale)
    done.normalised.append(z)
    done.scale.append(scale)
    return z.clone()  # the activation works in place


def _normalise_backward(d: Tensor, z: Tensor, scale: Tensor) -> Tensor:
    return (d - d.mean(1, keepdim=True) - z * (d * z).mean(1, keepdim=True)).mul_(scale)
