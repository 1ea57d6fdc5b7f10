"""`MLP`: a stack of equally shaped fully connected networks, computed together. One network is a
stack of one.

Everything is laid out as (model, unit, sample), so that a layer reads as it is written, y = W x +
b, and the first layer, whose input all models share, is one plain matrix product. All operations
write into memory made before.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .activations import ACTIVATIONS
from .lazy import torch
from .passes import Pass, normalize, normalize_backward_, with_ones
from .skips import joins
from .stopping import check

if TYPE_CHECKING:
    from torch import Tensor

HIDDEN = (64, 32, 32)  # units of the hidden layers of the course's network
MAX_UNITS = 4096
MAX_LAYERS = 128
MAX_PARAMETERS = 14_000_000  # with their gradients, as much as one run may take (`costs.MAX_BYTES`)


def layer_names(n_layers: int) -> list[str]:
    """The course's names: input, fc1, fc2, ..., output (a single layer is the output)."""
    return (
        ["input", *(f"fc{i}" for i in range(1, n_layers - 1)), "output"]
        if n_layers > 1
        else ["output"]
    )


def check_sizes(sizes: Sequence[int]) -> tuple[int, ...]:
    """`sizes` as a tuple; ValueError where there are fewer than two, or one is not a whole number
    in 1..MAX_UNITS.
    """
    if len(sizes) < 2 or len(sizes) - 1 > MAX_LAYERS:
        raise ValueError(f"sizes has {len(sizes)} entries; it must have 2 to {MAX_LAYERS + 1}")
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= MAX_UNITS:
            raise ValueError(
                f"sizes contains {size!r}; each must be a whole number from 1 to {MAX_UNITS}"
            )
    return tuple(sizes)


def bare_linear(fan_in: int, fan_out: int) -> torch.nn.Linear:
    """An nn.Linear without numbers yet: its own would come from the global generator.

    torch.nn.utils.skip_init does the same by way of the meta device, which imports sympy: 56 MB and
    a second or more.
    """

    class Linear(torch.nn.Linear):
        def reset_parameters(self) -> None: ...

    return Linear(fan_in, fan_out)


class MLP:
    """A stack of `n_models` multilayer perceptrons of the same shape.

    sizes: units from the input features to the outputs; activation: a name in ACTIVATIONS, after
    every layer but the last; normalization: None, or "layer" for layer normalization (Ba et al.
    2016, without gain and shift) before each activation; skip: None, or k for a residual network:
    the sums z of the input layer go round every k layers and what comes out of them is added, z <-
    z + W a(...), before the next activation (He et al. 2016, without normalization). The hidden
    layers then have one width and are 1 + a multiple of k.

    matrix[layer] is (n_models, fan_out, fan_in + 1): the weights of each unit and, in the last
    column, its bias, so that with a row of ones below its input a layer is one matrix product (for
    a small stack, the time goes into the number of operations). weight[layer] (n_models, fan_out,
    fan_in) and bias[layer] (n_models, fan_out) are views of it, and all are views of the one flat
    buffer `flat`; `matrix_grad`, `weight_grad`, `bias_grad` are views of `grad`: write to them in
    place only. New networks are all zero: give them values with `initialize_`. `kept`: None, or
    which parameters have not been pruned (see `pruning`).
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str = "relu",
        n_models: int = 1,
        *,
        normalization=None,
        skip: int | None = None,
    ):
        self.sizes = check_sizes(sizes)
        if activation not in ACTIVATIONS:
            raise ValueError(
                f"activation is {activation!r}; it must be one of {', '.join(ACTIVATIONS)}"
            )
        if normalization not in (None, "layer"):
            raise ValueError(f"normalization is {normalization!r}; it must be None or 'layer'")
        if isinstance(n_models, bool) or not isinstance(n_models, int) or n_models < 1:
            raise ValueError(f"n_models is {n_models!r}; it must be a whole number of at least 1")
        self.activation, self.n_models, self.normalization = activation, n_models, normalization
        self.layers = layer_names(len(self.sizes) - 1)
        self.skip, self.joins = skip, joins(self.sizes, skip)
        self.kept: dict[str, Tensor] | None = None
        count = self.n_parameters * n_models
        if count > MAX_PARAMETERS:
            raise ValueError(
                f"{n_models} networks of sizes {self.sizes} have {count} parameters; at most"
                f" {MAX_PARAMETERS}"
            )
        # Memory of gradients that is never written, as in an evaluation, is never taken from the
        # system.
        self.flat, self.grad = torch.zeros(count), torch.empty(count)
        self._hold(self._matrices(self.flat), self._matrices(self.grad))

    def _hold(self, matrices: dict[str, Tensor], grads: dict[str, Tensor]) -> None:
        self.matrix, self.matrix_grad = matrices, grads
        self.weight, self.bias = _weights(matrices), _biases(matrices)
        self.weight_grad, self.bias_grad = _weights(grads), _biases(grads)
        self._back = {layer: w.transpose(1, 2) for layer, w in self.weight.items()}
        first = self.layers[0]
        self._first, self._first_grad = (
            m[first].view(-1, self.sizes[0] + 1) for m in (matrices, grads)
        )

    @property
    def n_parameters(self) -> int:
        """Weights and biases of one network."""
        return sum(
            (fan_in + 1) * fan_out
            for fan_in, fan_out in zip(self.sizes, self.sizes[1:], strict=False)
        )

    def _matrices(self, flat: Tensor) -> dict[str, Tensor]:
        matrices, start = {}, 0
        for name, fan_in, fan_out in zip(self.layers, self.sizes, self.sizes[1:], strict=False):
            shape = (self.n_models, fan_out, fan_in + 1)
            matrices[name] = flat[start : start + math.prod(shape)].view(shape)
            start += math.prod(shape)
        return matrices

    def parameters(self, flat: Tensor | None = None) -> dict[tuple[str, str], Tensor]:
        """Views {(layer, "weight" | "bias"): (n_models, ...)} of `flat` (default: the parameters
        themselves).
        """
        matrices = self.matrix if flat is None else self._matrices(flat)
        kinds = {"weight": _weights(matrices), "bias": _biases(matrices)}
        return {
            (layer, kind): views[layer] for layer in self.layers for kind, views in kinds.items()
        }

    def part(self, start: int, stop: int) -> MLP:
        """Models start to stop - 1 as a stack of their own that shares this one's parameters and
        gradients.

        Their matrices do not lie side by side, so its `flat` and `grad` are empty.
        """
        part = copy.copy(self)
        part.n_models = stop - start
        part.flat = part.grad = torch.empty(0)  # its matrices lie apart
        part._hold(
            *(
                {layer: m[start:stop] for layer, m in all_.items()}
                for all_ in (self.matrix, self.matrix_grad)
            )
        )
        part.kept = self.kept and {layer: m[start:stop] for layer, m in self.kept.items()}
        return part

    def weights_of(self, model: int) -> list[Tensor]:
        """Views (fan_out, fan_in + 1) of one network's matrices, layer by layer."""
        return [matrix[model] for matrix in self.matrix.values()]

    def __call__(self, x: Tensor) -> Tensor:
        """Logits (n_models, samples, outputs) of x (samples, features)."""
        return self.forward(x, keep=False).logits.transpose(1, 2)

    def sequential(self, model: int = 0) -> torch.nn.Sequential:
        """The same network as a plain torch.nn.Sequential with copies of its weights."""
        if self.skip:
            raise ValueError("a network with skips is no chain of modules")
        modules: list[torch.nn.Module] = []
        for name, fan_in, fan_out in zip(self.layers, self.sizes, self.sizes[1:], strict=False):
            linear = bare_linear(fan_in, fan_out)
            with torch.no_grad():
                linear.weight.copy_(self.weight[name][model])
                linear.bias.copy_(self.bias[name][model])
            modules.append(linear)
            if name != "output":
                if self.normalization:
                    modules.append(torch.nn.LayerNorm(fan_out, elementwise_affine=False))
                modules.append(ACTIVATIONS[self.activation].module())
        return torch.nn.Sequential(*modules)

    def forward(
        self, x: Tensor, masks: Sequence[Tensor] | None = None, *, keep: bool = True
    ) -> Pass:
        """One pass of x (samples, features); masks[i] (units, samples) multiplies hidden output i
        (dropout).

        keep=False: only the logits, for evaluation.
        """
        return self.forward_(
            Pass(self, len(x), keep=keep, dropout=masks is not None), with_ones(x), masks
        )

    def forward_(
        self,
        done: Pass,
        x: Tensor,
        masks: Sequence[Tensor] | None = None,
        visit: Callable | None = None,
    ) -> Pass:
        """The same in the memory of `done`, for an x that ends in a column of ones (`with_ones`).

        `visit(layer, z)`, if given, sees the sums z of each layer but the last before its
        activation, skips included (read it at once: it is overwritten).
        """
        act = ACTIVATIONS[self.activation]
        done.inputs[0] = x
        done.normalized.clear()
        done.scale.clear()
        torch.mm(self._first, x.t(), out=done.first)
        for i, (a, name) in enumerate(zip(done.inputs[1:], self.layers[1:], strict=True)):
            check()
            if visit is not None:
                visit(self.layers[i], done.sums[i])
            z = normalize(done.sums[i], done) if self.normalization else done.sums[i]
            act.forward(z, done.outputs[i])
            if masks is not None:
                torch.mul(done.outputs[i], masks[i], out=done.fed[i])
            if i + 1 in self.joins:
                done.sums[i + 1].baddbmm_(self.matrix[name], a)
            else:
                torch.bmm(self.matrix[name], a, out=done.sums[i + 1])
        return done

    def backward(
        self,
        done: Pass,
        delta: Tensor,
        masks: Sequence[Tensor] | None = None,
        visit: Callable | None = None,
        *,
        keep=True,
    ) -> None:
        """Write the gradient of every parameter into `grad`, given delta = dLoss/dlogits (n_models,
        outputs, samples).

        Written by hand because autograd doubles the time of tiny networks; held equal to autograd
        by a test.
        `visit(layer, d)`, if given, sees dLoss/dz, the gradient at each layer's pre-activation,
        from the last to the first (read it at once: it is overwritten).
        keep=False: only `visit` sees anything, and no gradient of a parameter is computed. Those of
        deep networks are often products of two tiny numbers, too small for float32's full
        precision, which take twenty times as long.
        """
        act = ACTIVATIONS[self.activation]
        for i in range(len(self.layers) - 1, 0, -1):
            check()
            name = self.layers[i]
            if visit is not None:
                visit(name, delta)
            if keep:
                torch.bmm(delta, done.turned[i - 1], out=self.matrix_grad[name])
            delta = torch.bmm(self._back[name], delta, out=done.deltas[i - 1])
            if masks is not None:
                delta.mul_(masks[i - 1])
            act.backward_(delta, done.outputs[i - 1])
            if self.normalization:
                delta = normalize_backward_(delta, done.normalized[i - 1], done.scale[i - 1])
            if i - 1 in self.joins:  # by way of the layers, and past them
                last = name == self.layers[-1]
                delta = done.around.copy_(delta) if last else done.around.add_(delta)
        if visit is not None:
            visit(self.layers[0], delta)
        if keep:
            torch.mm(delta.reshape(-1, delta.shape[2]), done.inputs[0], out=self._first_grad)


def _weights(matrices: dict[str, Tensor]) -> dict[str, Tensor]:
    return {layer: m[:, :, :-1] for layer, m in matrices.items()}


def _biases(matrices: dict[str, Tensor]) -> dict[str, Tensor]:
    return {layer: m[:, :, -1] for layer, m in matrices.items()}
