"""`initialize_`: how the weights of a stack start, each model from its own generator.

A *spec* says how to fill one parameter: the name of a scheme (``"xavier_normal"``), or a pair of
the name and the one number that the scheme takes (``("normal", 0.1)``, ``("constant", 1.0)``,
``("kaiming_normal", 0.01)``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any, Literal

from .lazy import init, torch
from .schemes import INITIALIZERS, Initializer
from .stopping import check

if TYPE_CHECKING:
    from torch import Generator

Spec = str | tuple[str, float]
Parameter = Literal["weight", "bias"]
Override = Mapping[tuple[str, str], Spec]

BIAS_SCHEMES = ("zeros", "ones", "constant", "normal", "uniform", "pytorch_default")


def parse_spec(spec: Spec) -> tuple[Initializer, float | None]:
    """The scheme and the checked number (None if it takes none) that a spec stands for.

    Raises ValueError that names the spec and what is allowed.
    """
    match spec:
        case str(name):
            value = None
        case (str(name), value) if isinstance(spec, tuple) and value is not None:
            pass
        case _:
            raise ValueError(
                f"an initialization is a name or a tuple (name, number), found {spec!r}; "
                f"names: {', '.join(INITIALIZERS)}"
            )
    if name not in INITIALIZERS:
        raise ValueError(f"unknown initialization {name!r}; allowed: {', '.join(INITIALIZERS)}")
    scheme = INITIALIZERS[name]
    number = scheme.number(value)
    return scheme, None if scheme.parameter is None else number


def initialize_(
    mlp: Any,
    weights: Spec | Sequence[Spec],
    seeds: int | Sequence[int | None] | None = None,
    *,
    biases: Spec | Sequence[Spec] = "zeros",
    overrides: Override | Sequence[Override | None] | None = None,
) -> Any:
    """Fill all parameters of a stack in place, each model from its own generator, and return the
    stack.

    `mlp` has ``layers`` (names), ``n_models``, and per layer the tensors ``weight[layer]`` of shape
    (n_models, fan_out, fan_in) and ``bias[layer]`` of shape (n_models, fan_out).

    - `weights`, `biases`: one spec for all models, or a list of n_models specs (a tuple is always
      one spec).
    - `seeds`: one int for all models (each still has its own generator), or one per model; None
      draws a fresh, non-deterministic seed. Global seeds are never read or set.
    - `overrides`: ``{(layer, "weight" or "bias"): spec}``, or a list of n_models such dicts (or
      None).

    Draw order of a model: layer by layer, the weight and then the bias; then, in the same order,
    the overrides. So a model depends only on its own row, and an override changes no other
    parameter. A bias drawn from ``pytorch_default`` is U(-1/sqrt(fan_in), 1/sqrt(fan_in)), as in
    torch.nn.Linear.

    Everything is checked before the first draw: ValueError names what was found and what is
    allowed.
    """
    weight_specs = _per_model(weights, mlp.n_models, "weights")
    bias_specs = _per_model(biases, mlp.n_models, "biases")
    model_overrides = _model_overrides(overrides, mlp)
    model_seeds = _model_seeds(seeds, mlp.n_models)
    for spec in weight_specs:
        parse_spec(spec)
    for spec in bias_specs:
        _parse_bias_spec(spec)

    with torch.no_grad():
        for model, seed in enumerate(model_seeds):
            generator = _generator(seed)
            for layer in mlp.layers:
                check()
                _fill_weight_(mlp, layer, model, weight_specs[model], generator)
                _fill_bias_(mlp, layer, model, bias_specs[model], generator)
            for layer in mlp.layers:
                chosen = model_overrides[model]
                if (layer, "weight") in chosen:
                    _fill_weight_(mlp, layer, model, chosen[layer, "weight"], generator)
                if (layer, "bias") in chosen:
                    _fill_bias_(mlp, layer, model, chosen[layer, "bias"], generator)
    return mlp


def _generator(seed: int | None) -> Generator:
    generator = torch.Generator()
    if seed is None:
        generator.seed()
    else:
        generator.manual_seed(seed)
    return generator


def _fill_weight_(mlp: Any, layer: str, model: int, spec: Spec, generator: Generator) -> None:
    scheme, value = parse_spec(spec)
    scheme.fill_(mlp.weight[layer][model], generator, value)


def _fill_bias_(mlp: Any, layer: str, model: int, spec: Spec, generator: Generator) -> None:
    scheme, value = _parse_bias_spec(spec)
    bias, fan_in = mlp.bias[layer][model], mlp.weight[layer].shape[-1]
    if scheme.name == "pytorch_default":  # its bound comes from the matrix beside it
        bound = 1.0 / math.sqrt(fan_in)
        bias.copy_(
            init.uniform_(
                torch.empty_like(bias, memory_format=torch.contiguous_format),
                -bound,
                bound,
                generator=generator,
            )
        )
    else:
        scheme.fill_(bias.unsqueeze(0), generator, value)


def _parse_bias_spec(spec: Spec) -> tuple[Initializer, float | None]:
    scheme, value = parse_spec(spec)
    if scheme.name not in BIAS_SCHEMES:
        raise ValueError(
            f"{scheme.name} is defined for matrices (by fan_in and fan_out), so it cannot fill a"
            f" bias; allowed for biases: {', '.join(BIAS_SCHEMES)}"
        )
    return scheme, value


def _per_model(specs: Spec | Sequence[Spec], n_models: int, what: str) -> list[Spec]:
    """One spec per model; a tuple (str, number) is a single spec and never a sequence of two."""
    is_pair = (
        isinstance(specs, tuple) and len(specs) == 2 and not isinstance(specs[1], (str, tuple))
    )
    if isinstance(specs, str) or is_pair or not isinstance(specs, Sequence):
        return [specs] * n_models  # type: ignore[list-item]
    if len(specs) != n_models:
        raise ValueError(
            f"{what} must be one spec or a list of {n_models} (one per model), found {len(specs)}"
        )
    return list(specs)  # type: ignore[arg-type]


def _model_seeds(seeds: int | Sequence[int | None] | None, n_models: int) -> list[int | None]:
    if seeds is None or isinstance(seeds, Integral):
        found: list[Any] = [seeds] * n_models
    elif isinstance(seeds, str) or not hasattr(seeds, "__iter__"):
        raise ValueError(
            f"seeds must be an integer, None, or a list of {n_models} of these, found {seeds!r}"
        )
    else:
        found = list(seeds)
    if len(found) != n_models:
        raise ValueError(
            f"seeds must be one integer or a list of {n_models} (one per model), found {len(found)}"
        )
    for seed in found:
        ok = isinstance(seed, Integral) and not isinstance(seed, bool) and 0 <= int(seed) < 2**63
        if seed is not None and not ok:
            raise ValueError(
                f"a seed must be an integer from 0 to 2**63 - 1, or None, found {seed!r}"
            )
    return [None if seed is None else int(seed) for seed in found]


def _model_overrides(
    overrides: Override | Sequence[Override | None] | None, mlp: Any
) -> list[Override]:
    if overrides is None or isinstance(overrides, Mapping):
        found: list[Any] = [overrides or {}] * mlp.n_models
    else:
        found = [chosen or {} for chosen in overrides]
    if len(found) != mlp.n_models:
        raise ValueError(
            f"overrides must be one dict or a list of {mlp.n_models} (one per model), found"
            f" {len(found)}"
        )
    for chosen in found:
        for key, spec in chosen.items():
            _check_override(key, spec, mlp.layers)
    return found


def _check_override(key: Any, spec: Spec, layers: Sequence[str]) -> None:
    ok = (
        isinstance(key, tuple)
        and len(key) == 2
        and key[0] in layers
        and key[1] in ("weight", "bias")
    )
    if not ok:
        raise ValueError(
            f"an override is for a layer ({', '.join(layers)}) and 'weight' or 'bias', found"
            f" {key!r}"
        )
    if key[1] == "weight":
        parse_spec(spec)
    else:
        _parse_bias_spec(spec)
