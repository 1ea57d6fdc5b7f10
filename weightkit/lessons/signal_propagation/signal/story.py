"""The question of one pass through a deep network, and what a run answers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ....charts.words import bound, fraction, listed, number, percent, plural, scheme_name
from ....initializers import INITIALIZERS
from ...story import Question, Story, Verdict
from ..settings import LAYERS
from .config import Config

if TYPE_CHECKING:
    from .experiment import Result
    from .findings import Facts, Fate

ANSWERS = (
    "More than ten times as large",
    "Within a factor of ten",
    "A tenth to a thousandth",
    "Less than a thousandth",
)


def asked(inits: tuple[str, ...]) -> str:
    """The scheme that the question is about."""
    return "xavier_normal" if "xavier_normal" in inits else inits[-1]


def ask(config: Config) -> Question:
    """How large a scheme's signal is in the last layer."""
    compared = (
        "in the last layer, compared with the first"
        if config.depth > 1
        else "in this layer, compared with theirs"
    )
    return Question(
        "Random numbers with a standard deviation (std) of 1 enter "
        f"{plural(config.depth, LAYERS[config.activation] + ' layer')}, weights drawn as in "
        f"“{scheme_name(asked(config.inits))}”. How large is the root mean square {compared}?",
        ANSWERS,
    )


def tell(config: Config, result: Result) -> Story:
    """Everything that is true of one run."""
    from . import charts
    from .findings import facts
    from .gains import slope_factors

    f = facts(result.layers, result.factors, config.width, config.biases)
    fate = f.fate_of(asked(config.inits))
    figures = (
        charts.signal(result.layers, f, "forward"),
        charts.signal(result.layers, f, "backward", charts.LOWER),
        charts.factors(result.factors, f),
        charts.flat(result.layers, f),
        charts.gain(slope_factors()),
    )
    return Story(
        verdict=_verdict(f, fate),
        figures=tuple(figure for figure in figures if figure is not None),
        shows=(*_sizes(f), *_spread(f), *_theory(f)),
        slips=tuple(_slips(f)),
        facts=f,
    )


def _verdict(f: Facts, fate: Fate) -> Verdict:
    said = fate_words(fate)
    if f.depth == 1 and fate.layer is None:  # compared with the input, whose root mean square is 1
        fate = replace(fate, ratio=f.entry[fate.init])
        said = f"the root mean square of its pre-activations is {number(fate.ratio)}"
    return Verdict(ANSWERS[size_class(fate)], f"Measured for {scheme_name(fate.init)}: {said}.")


def size_class(fate: Fate) -> int:
    """0: grown more than tenfold, 1: within a factor of ten, 2: down to a thousandth, 3: less than
    that.
    """
    if fate.layer is not None:
        return 0 if fate.kind == "overflow" else 3
    return 0 if fate.ratio > 10 else 1 if fate.ratio >= 0.1 else 2 if fate.ratio >= 0.001 else 3


def fate_words(fate: Fate) -> str:
    """The measured end of a signal."""
    if fate.layer is not None:
        return f"{fate.kind} at layer {fate.layer}, beyond what float32 can hold"
    ratio = number(fate.ratio)
    return (
        "the last layer's root mean square is"
        f" {'' if ratio == '1' else f'{ratio} times '}the first one's"
    )


def _sizes(f: Facts) -> Iterator[str]:
    """Factors per layer, what that makes over all of them, and what left float32."""
    for one in f.factors:
        fate = f.fate_of(one.init)
        end = f"root mean square × {number(fate.ratio)} from the first to layer {f.depth}"
        if fate.layer:
            end = f"at layer {fate.layer} it leaves what float32 can hold ({fate.kind})"
        yield (
            f"**{scheme_name(one.init)}**: mean square × {one.measured:.3g} in each layer (theory"
            f" {fraction(one.theory)}); {end}."
        )


def _spread(f: Facts) -> Iterator[str]:
    """What of the size differs from input to input."""
    if not f.held:
        return
    shares = listed(f"{scheme_name(one.init)} {_share(one.share)}" for one in f.held)
    constant = [one for one in f.held if one.constant]
    yield (
        "**Size and spread**: the root mean square counts what is the same for all inputs, too."
        f" What differs between them, the *spread over inputs*, is in layer {f.depth} this share of"
        f" it: {shares}."
        + (
            " Size is not signal: with"
            f" {listed(scheme_name(one.init) for one in constant)} nearly all of the size is the"
            " same whatever enters."
            if constant
            else ""
        )
    )


def _share(value: float) -> str:
    return percent(value) if value >= 0.01 else number(value)


def _theory(f: Facts) -> Iterator[str]:
    """How far the measurement is from the theory, and how far single networks stray."""
    if math.isfinite(f.agreement):
        yield (
            f"**Theory** (dotted) is for very wide layers. With {f.width} units, the root mean"
            f" square over {plural(f.n_seeds, 'network')} is nowhere more than"
            f" {bound(f.agreement, '.0%')} away from it."
        )
    if f.strays is not None:
        yield (
            "**Luck**: between networks the logarithm of Kaiming's mean square in layer"
            f" {f.depth} has a standard deviation of {f.strays.measured:.2g}"
            f" ({f.strays.networks} networks); theory expects $\\sqrt{{2/N + (L - 1) \\ln(1 +"
            f" 5/N)}} = {f.strays.expected:.2g}$ for one input."
        )


def _slips(f: Facts) -> Iterator[str]:
    """What the notes say about the size of the weights, against this run."""
    one, four = (f"{math.sqrt(1 / n):.3g}" for n in (f.width, 4 * f.width))
    yield (
        "“Set the variance of the weights proportional to the size of the network” has it upside"
        f" down: both formulas *divide* by the number of units. For square layers of {f.width}"
        f" units Xavier's std is {one}, for {4 * f.width} units {four}."
    )
    yield (
        "“$N_{in}$ is the number of inputs”: of one unit, not of the layer. For a convolution that"
        " is channels times the kernel's area: a 3 × 3 kernel over 64 channels has a fan-in of 576,"
        f" and Kaiming's std is {math.sqrt(2 / 576):.3f}; with 64 it would be"
        f" {math.sqrt(2 / 64):.3f}."
    )
    faded = [fate.init for fate in f.forward if fate.kind in ("faded", "underflow")]
    if faded:
        yield (
            "“Small weights increase the risk of vanishing gradients”: true, but small compared"
            f" with what? Through these {f.depth} layers the signal itself fades, before there is"
            f" any gradient, with {listed(map(scheme_name, faded))}. What counts is the factor per"
            " layer, not the std."
        )
    default = next((fate for fate in f.forward if fate.init == "pytorch_default"), None)
    if default is not None and f.depth > 1:
        yield (
            "The initialization that Glorot and Bengio argued against in 2010,"
            " $U(-1/\\sqrt{N_{in}}, 1/\\sqrt{N_{in}})$, is still what `nn.Linear` does:"
            f" here {fate_words(default)}."
        )


def derivation() -> str:
    """Where the two formulas come from, in Markdown."""
    xavier, kaiming = (INITIALIZERS[init].formula for init in ("xavier_normal", "kaiming_normal"))
    return (
        "**Where the formulas come from**\n\n1. A unit adds up $N_{in}$ products of a weight and an"
        " input, $z = \\sum_j w_j a_j$. Independent weights of mean 0 make $\\mathrm{E}[z^2] ="
        " N_{in}\\,\\mathrm{Var}(w)\\,\\mathrm{E}[a^2]$.\n1. The activation keeps only part of it:"
        " a ReLU whose slope below zero is $a$ keeps $\\frac{1 + a^2}{2}$.\n1. So one layer"
        " multiplies the mean square by $N_{in}\\,\\mathrm{Var}(w)\\,\\frac{1 + a^2}{2}$. Make this"
        " 1 and you have **Kaiming**: $"
        + kaiming
        + "$. The factor $\\sqrt{2 / (1 + a^2)}$ in its std is called the *gain*.\n1. On the way"
        " back, the same sum runs over the $N_{out}$ units above: that asks for $1 / N_{out}$"
        " where the way forward asks for $1 / N_{in}$. **Xavier** takes the value between, for an"
        " activation that passes small numbers as they are (gain 1): $" + xavier + "$."
    )
