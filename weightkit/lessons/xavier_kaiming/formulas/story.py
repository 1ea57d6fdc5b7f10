"""What PyTorch's default draws, and what the schemes draw beside their formulas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....charts.words import alike, scheme_name
from ....initializers import INITIALIZERS
from ...story import Question, Story, Verdict
from .config import DEFAULT, DistributionsConfig

if TYPE_CHECKING:
    from .experiment import Distributions
    from .findings import Facts

ANSWERS = ("0.1", "0.058", "0.033", "0.01")


def ask(config: DistributionsConfig) -> Question:
    """The std of evenly spread numbers, whatever scheme is looked at."""
    return Question(
        "PyTorch starts a layer of 100 inputs with weights spread evenly from −0.1 to 0.1. What is"
        " their standard deviation?",
        ANSWERS,
    )


def tell(config: DistributionsConfig, result: Distributions) -> Story:
    """Everything that is true of what was drawn."""
    from . import charts
    from .findings import facts

    f = facts(result.moments, config.scheme, config.negative_slope)
    return Story(
        verdict=Verdict(
            min(ANSWERS, key=lambda answer: abs(float(answer) - f.plain.std)),
            f"Measured in the input layer: {f.plain.std:.4f}. Numbers spread evenly from −b to b"
            f" have the standard deviation b/√3; {f.plain.bound:.3g} is the bound b.",
        ),
        figures=(
            *(charts.by_layer(result, name, "weights", config.shown) for name in config.shown),
            charts.by_layer(result, config.scheme, "biases"),
            charts.every_scheme(result.moments),
        ),
        shows=tuple(_shows(f)),
        slips=tuple(_slips(f)),
        facts=f,
        headline=_formula(config.scheme),
    )


def _formula(name: str) -> str:
    scheme = INITIALIZERS[name]
    return (
        f"{scheme.label}: ${scheme.formula}$; {scheme.source}. $N_{{in}}$ and $N_{{out}}$ count a"
        " layer's inputs and outputs."
    )


def _shows(f: Facts) -> Iterator[str]:
    yield (
        f"{scheme_name(f.scheme)}, all {f.weights.n:,} weights: standard deviation"
        f" {f.weights.std:.3g} measured, {f.weights.theory:.3g} by the formula."
    )
    if f.scheme != DEFAULT:
        narrow = (
            ", less than under any other scheme that looks at the size of the layer"
            if f.narrowest
            else ""
        )
        yield f"PyTorch's default, all {f.default.n:,} weights: {f.default.std:.3g}{narrow}."
    slope = f", for a slope a = {f.slope:g}," if f.slope else ""
    ratio = "" if f"{f.ratio:.2g}" == "1" else f"{f.ratio:.2g} times "
    yield (
        f"In the input layer ({f.kaiming.fan_in} inputs, {f.kaiming.fan_out} outputs) Kaiming's"
        f" weights{slope} have {ratio}the variance of Xavier's."
    )
    yield (
        f"The {f.biases.n} biases start as PyTorch draws them, under every scheme: at most"
        f" {f.biases.largest:.3g} from zero, standard deviation {f.biases.std:.3g}."
    )


def _slips(f: Facts) -> Iterator[str]:
    n = f.kaiming.fan_in
    yield (
        r"The slide's $U(-1/\sqrt{N_{in}}, 1/\sqrt{N_{in}})$ is PyTorch's own default for"
        r" nn.Linear, and $1/\sqrt{N_{in}}$ is "
        f"its **bound**, not a standard deviation. With {n} inputs the largest weight here is"
        f" {f.plain.high:.4f}; the "
        rf"standard deviation is {f.plain.std:.4f}, and $1/\sqrt{{3 N_{{in}}}}$ ="
        rf" {f.plain.theory:.4f}."
    )
    he, slide = 2 / ((1 + f.slope**2) * n), (1 + f.slope**2) / n
    says = (
        f"He and the slide happen to say the same, {he:.3g}"
        if alike((he, slide), ".3g")
        else f"He says {he:.3g}, the slide {slide:.3g}"
    )
    yield (
        r"He's formula is $\mathrm{Var}(w) = 2 / ((1 + a^2) N_{in})$, not $(1 + a^2) / N_{in}$; *a*"
        r" is the slope of a leaky "
        f"ReLU for negative inputs, 0 for ReLU. With a = {f.slope:g} and {n} inputs {says};"
        " measured: "
        f"{f.kaiming.std**2:.3g}."
    )
    inputs, outputs = f.bias.fan_in, f.bias.fan_out
    apart = (
        rf", $1/\sqrt{{{outputs}}}$ = {outputs**-0.5:.4f}."
        if inputs != outputs
        else ": *Layers of unequal width* tells the two apart."
    )
    yield (
        "The bound of the biases comes from the number of **inputs**. It only looks like the number"
        " of biases where a layer "
        f"is square. Here layer fc1 has {inputs} inputs and {outputs} biases, and the largest"
        " bias is "
        rf"{f.bias.largest:.4f}; $1/\sqrt{{{inputs}}}$ = {inputs**-0.5:.4f}{apart}"
    )
    yield (
        "In a convolution $N_{in}$ is not the number of channels but channels times the size of the"
        " kernel: `nn.Conv2d(3, 8, 5)` has $N_{in} = 3 \\cdot 5 \\cdot 5 = 75$."
    )
    yield (
        r"For tanh PyTorch recommends the gain 5/3 (`nn.init.calculate_gain('tanh')`), which is not"
        r" in Glorot's paper: Xavier's "
        "own formula is for a slope of 1 at zero."
    )
