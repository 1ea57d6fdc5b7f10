"""What runs of the signal-propagation lesson show, in words: names, numbers and sentences made from the frames."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .words import between, fraction, listed, number, scheme_name

ACTIVATIONS = {"linear": "linear", "relu": "ReLU", "leaky_relu": "leaky ReLU", "tanh": "tanh", "sigmoid": "sigmoid"}
NEAR_ONE = 0.1  # a factor per layer this near to 1 counts as keeping the size
KEPT = 10.0  # a signal that ends within this factor of where it began counts as kept


def named(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with `init` in words."""
    return frame.assign(init=frame["init"].map(scheme_name))



# ---------------------------------------------------------------- one pass


@dataclass(frozen=True)
class Fate:
    """What became of one scheme's signal in one pass, over all seeds.

    kind: "kept", "faded" or "grown", from entry to exit of the pass, "overflow" or "underflow", where it left float32 in
    at least one network, or "missing", where a network has no gradient since its forward pass overflowed; layer: the
    first where that happened; ratio: mean std at the exit over that at the entry (nan where the signal was lost).
    """

    init: str
    kind: str
    ratio: float
    layer: int | None = None


def fates(layers: pd.DataFrame, which: str) -> list[Fate]:
    """The fate of each scheme in the pass `which` ("forward" or "backward")."""
    found = []
    for init, one in layers[layers["pass"] == which].groupby("init", sort=False):
        by_layer = one.groupby("layer")["std"]
        mean = by_layer.mean() if which == "forward" else by_layer.mean()[::-1]
        gone, burst = one[one["std"] == 0]["layer"], one[one["std"] == math.inf]["layer"]
        if one["std"].isna().any():
            found.append(Fate(str(init), "missing", math.nan))
        elif len(burst):
            found.append(Fate(str(init), "overflow", math.nan, int(_first(burst, which))))
        elif len(gone):
            found.append(Fate(str(init), "underflow", math.nan, int(_first(gone, which))))
        else:
            ratio = float(mean.iloc[-1] / mean.iloc[0])
            kind = "faded" if ratio < 1 / KEPT else "grown" if ratio > KEPT else "kept"
            found.append(Fate(str(init), kind, ratio))
    return found


def _first(layers: pd.Series, which: str) -> int:
    return layers.min() if which == "forward" else layers.max()


VERBS = {
    "kept": ("keeps its size", "keep its size"),
    "faded": ("lets it fade", "let it fade"),
    "underflow": ("lets it vanish", "let it vanish"),
    "grown": ("blows it up", "blow it up"),
    "overflow": ("lets it overflow", "let it overflow"),
    "missing": ("has none where its signal overflowed", "have none where their signal overflowed"),
}


def pass_title(layers: pd.DataFrame, which: str) -> str:
    """Who keeps the signal and who loses it."""
    what = "signal" if which == "forward" else "gradient"
    depth, found = int(layers["layer"].max()), fates(layers, which)
    if depth == 1:
        return f"One layer: the {what} has nowhere to go yet"
    kinds = {kind: [f for f in found if f.kind == kind] for kind in VERBS}
    parts = [f"{listed(scheme_name(f.init) for f in group)} {VERBS[kind][len(group) > 1]}" for kind, group in kinds.items() if group]
    return f"The {what} through {depth} layers: " + "; ".join(parts)


def pass_sentences(layers: pd.DataFrame, factors: pd.DataFrame) -> list[str]:
    """Factors per layer, what that makes over all of them, and what left float32."""
    said = []
    forward = {f.init: f for f in fates(layers, "forward")}
    mean = factors[factors["pass"] == "forward"].groupby("init", sort=False)[["factor", "factor_theory"]].mean()
    depth = int(layers["layer"].max())
    for init, row in mean.dropna().iterrows():
        end = f"from the first to layer {depth}, its std changes by a factor of {number(forward[str(init)].ratio)}"
        lost = forward[str(init)].layer
        if lost:
            end = f"at layer {lost} it leaves what float32 can hold ({forward[str(init)].kind})"
        said.append(
            f"**{scheme_name(str(init))}**: each layer multiplies the signal's mean square by {row['factor']:.3g} "
            f"(theory {fraction(row['factor_theory'])}); {end}."
        )
    return said


def factors_title(factor: pd.Series) -> str:
    """Which schemes keep the mean square from layer to layer; `factor`: what one layer multiplies it by, by scheme."""
    if factor.empty:
        return "One layer has no neighbour to compare with"
    kept = factor[(factor - 1).abs() <= NEAR_ONE]
    others = factor.drop(kept.index)
    span = between(others.min(), others.max(), number) if len(others) else ""
    if kept.empty:
        return f"No scheme keeps the mean square: one layer multiplies it by {span}"
    keeps = "keeps" if len(kept) == 1 else "keep"
    title = f"{'Only ' if len(kept) == 1 and len(others) else ''}{listed(map(str, kept.index))} {keeps} the mean square from layer to layer"
    return title + (f"; the other{'s multiply' if len(others) > 1 else ' multiplies'} it by {span}" if len(others) else "")


def agreement(layers: pd.DataFrame) -> float:
    """Largest deviation of the measured from the theoretical std, as a share; over schemes, layers and passes.

    Measured: the root of the mean square over seeds. Rows that left float32 are left out.
    """
    known = layers[layers["std"].gt(1e-35) & layers["std"].lt(math.inf)]
    square = known.assign(square=known["std"] ** 2).groupby(["init", "pass", "layer"])
    ratio = square["square"].mean() ** 0.5 / square["std_theory"].first()
    return float((ratio - 1).abs().max())


# ---------------------------------------------------------------- the question, slips and formulas

ANSWERS = ("More than ten times as large", "Within a factor of ten", "A tenth to a thousandth", "Less than a thousandth")


def asked(inits: tuple[str, ...]) -> str:
    """The scheme that the question is about."""
    return "xavier_normal" if "xavier_normal" in inits else inits[-1]


def question(config: Any) -> tuple[str, tuple[str, ...]]:
    """What to predict, and the answers to choose from."""
    return (
        f"Random numbers with a standard deviation (std) of 1 enter {config.depth} layers of {ACTIVATIONS[config.activation]}, "
        f"weights drawn as in “{scheme_name(asked(config.inits))}”. How large is the std in the last layer, compared with the first?"
    ), ANSWERS


def verdict(layers: pd.DataFrame, config: Any) -> tuple[str, str]:
    """The answer that this run gives, and why."""
    init = asked(config.inits)
    fate = fate_of(layers, init)
    return ANSWERS[size_class(fate)], f"Measured for {scheme_name(init)}: {fate_words(fate)}."


def fate_of(layers: pd.DataFrame, init: str, which: str = "forward") -> Fate:
    """The fate of one scheme."""
    return next(f for f in fates(layers, which) if f.init == init)


def size_class(fate: Fate) -> int:
    """0: grown more than tenfold, 1: within a factor of ten, 2: down to a thousandth, 3: less than that."""
    if fate.layer is not None:
        return 0 if fate.kind == "overflow" else 3
    return 0 if fate.ratio > KEPT else 1 if fate.ratio >= 1 / KEPT else 2 if fate.ratio >= 0.001 else 3


def fate_words(fate: Fate) -> str:
    """The measured end of a signal."""
    if fate.layer is not None:
        return f"{fate.kind} at layer {fate.layer}, beyond what float32 can hold"
    return f"the last layer's std is {number(fate.ratio)} times the first one's"


def derivation(xavier: str, kaiming: str) -> str:
    """Where the two formulas come from, in Markdown; the arguments are the formulas themselves."""
    return (
        "**Where the formulas come from**\n\n"
        "1. A unit adds up $N_{in}$ products of a weight and an input, $z = \\sum_j w_j a_j$. Independent weights of mean 0 make "
        "$\\mathrm{E}[z^2] = N_{in}\\,\\mathrm{Var}(w)\\,\\mathrm{E}[a^2]$.\n"
        "1. The activation keeps only part of it: a ReLU whose slope below zero is $a$ keeps $\\frac{1 + a^2}{2}$.\n"
        "1. So one layer multiplies the mean square by $N_{in}\\,\\mathrm{Var}(w)\\,\\frac{1 + a^2}{2}$. Make this 1 and you have "
        "**Kaiming**: $" + kaiming + "$. The factor $\\sqrt{2 / (1 + a^2)}$ in its std is called the *gain*.\n"
        "1. On the way back, the same sum runs over the $N_{out}$ units above: that asks for $1 / N_{out}$ where the way forward "
        "asks for $1 / N_{in}$. **Xavier** takes the value between, for an activation that passes small numbers as they are "
        "(gain 1): $" + xavier + "$."
    )


def _theory_sentences(layers: pd.DataFrame, width: int, biases: str) -> list[str]:
    """How far the measurement is from the theory, and how far single networks stray."""
    seeds = layers["seed"].nunique()
    said = [
        f"Theory (dotted) is for very wide layers. With {width} units, the root mean square over {seeds} "
        f"network{'s' if seeds > 1 else ''} is at most {agreement(layers):.0%} away from it, over all schemes, layers and both "
        "directions."
    ]
    last = layers[(layers["pass"] == "forward") & (layers["init"] == "kaiming_normal") & layers["std"].gt(0)]
    last = last[last["layer"] == layers["layer"].max()]
    depth = int(layers["layer"].max())
    if str(layers["activation"].iloc[0]) == "relu" and biases == "zeros" and len(last) > 2 and depth > 1:
        measured = float((2 * last["std"].map(math.log)).std())
        expected = math.sqrt(depth * math.log1p(5 / width))
        said.append(
            f"Each network strays by its own random numbers: the logarithm of Kaiming's mean square in layer {depth} differs from "
            f"network to network with a standard deviation of {measured:.2g} ({len(last)} networks). For very many networks of "
            f"this width, theory expects $\\sqrt{{L \\ln(1 + 5/N)}} = {expected:.2g}$."
        )
    return said


def sentences(result: Any, config: Any) -> list[str]:
    """What the run shows: each scheme's factor and its end, and how near theory is."""
    return [*pass_sentences(result.layers, result.factors), *_theory_sentences(result.layers, config.width, config.biases)]


def signal_slips(layers: pd.DataFrame, width: int) -> list[str]:
    """What the notes say about the size of the weights, against this run."""
    one, four = (f"{math.sqrt(1 / n):.3g}" for n in (width, 4 * width))
    said = [
        "“Set the variance of the weights proportional to the size of the network” has it upside down: both formulas "
        f"*divide* by the number of units. For square layers of {width} units Xavier's std is {one}, for {4 * width} units {four}."
    ]
    faded = [f for f in fates(layers, "forward") if f.kind in ("faded", "underflow")]
    if faded:
        said.append(
            "“Small weights increase the risk of vanishing gradients”: true, but small compared with what? Through these "
            f"{layers['layer'].max()} layers the signal itself fades, before there is any gradient, with "
            f"{listed(scheme_name(f.init) for f in faded)}. What counts is the factor per layer, not the std."
        )
    if "pytorch_default" in set(layers["init"]):
        said.append(
            "The initialisation that Glorot and Bengio argued against in 2010, $U(-1/\\sqrt{N_{in}}, 1/\\sqrt{N_{in}})$, is still "
            f"what `nn.Linear` does: here {fate_words(fate_of(layers, 'pytorch_default'))}."
        )
    return said
