"""What runs of the signal-propagation lesson show, in words: names, numbers and sentences made from the frames."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

NAMES = {
    "xavier_normal": "Xavier",
    "xavier_uniform": "Xavier uniform",
    "kaiming_normal": "Kaiming",
    "kaiming_uniform": "Kaiming uniform",
    "pytorch_default": "PyTorch default",
    "orthogonal": "orthogonal",
    "normal": "fixed std",
    "uniform": "uniform, fixed std",
    "constant": "constant",
}
ACTIVATIONS = {"linear": "linear", "relu": "ReLU", "leaky_relu": "leaky ReLU", "tanh": "tanh", "sigmoid": "sigmoid"}
KEPT = 10.0  # a signal that ends within this factor of where it began counts as kept
STUCK = 0.03  # a network this near to the share of the commonest class counts as being at chance
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def name(init: str) -> str:
    """What a chart calls a scheme."""
    return NAMES.get(init, init.replace("_", " "))


def named(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with `init` in words."""
    return frame.assign(init=frame["init"].map(name))


def join(words: Iterable[str]) -> str:
    """a, b and c."""
    words = list(words)
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""


def number(value: float) -> str:
    """0.37, 2.4, 130, 3 × 10⁻¹²."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}".replace("inf", "∞")
    if 0.001 <= abs(value) < 10_000:
        return f"{value:.2g}" if abs(value) < 100 else f"{value:.0f}"
    mantissa, exponent = f"{value:.0e}".split("e")
    power = f"10{str(int(exponent)).translate(_SUPERSCRIPT)}"
    return power if mantissa == "1" else f"{mantissa} × {power}"


def fraction(value: float) -> str:
    """1/6 where a number is a simple fraction, else its digits."""
    simple = Fraction(value).limit_denominator(12)
    return str(simple) if value > 0 and abs(float(simple) / value - 1) < 1e-6 else f"{value:.3g}"


# ---------------------------------------------------------------- one pass


@dataclass(frozen=True)
class Fate:
    """What became of one scheme's signal in one pass, over all seeds.

    kind: "kept", "faded" or "grown", from entry to exit of the pass, or "overflow" or "underflow", where it left
    float32 in at least one network; layer: the first where that happened; ratio: mean std at the exit over that at the
    entry (nan where the signal was lost).
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
        gone, burst = one[one["std"] == 0]["layer"], one[~one["std"].abs().lt(math.inf)]["layer"]
        if len(burst):
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
}


def pass_title(layers: pd.DataFrame, which: str) -> str:
    """Who keeps the signal and who loses it."""
    what = "signal" if which == "forward" else "gradient"
    depth, found = int(layers["layer"].max()), fates(layers, which)
    if depth == 1:
        return f"One layer: the {what} has nowhere to go yet"
    kinds = {kind: [f for f in found if f.kind == kind] for kind in VERBS}
    parts = [f"{join(name(f.init) for f in group)} {VERBS[kind][len(group) > 1]}" for kind, group in kinds.items() if group]
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
            f"**{name(str(init))}**: each layer multiplies the signal's mean square by {row['factor']:.3g} "
            f"(theory {fraction(row['factor_theory'])}); {end}."
        )
    return said


def agreement(layers: pd.DataFrame) -> float:
    """Largest deviation of the measured from the theoretical std, as a share; over schemes, layers and passes.

    Measured: the root of the mean square over seeds. Rows that left float32 are left out.
    """
    known = layers[layers["std"].gt(1e-35) & layers["std"].lt(math.inf)]
    square = known.assign(square=known["std"] ** 2).groupby(["init", "pass", "layer"])
    ratio = square["square"].mean() ** 0.5 / square["std_theory"].first()
    return float((ratio - 1).abs().max())


# ---------------------------------------------------------------- the depth contest and the map


def final(frame: pd.DataFrame, split: str = "test") -> pd.DataFrame:
    """The rows of the last epoch of a split."""
    return frame[(frame["split"] == split) & (frame["epoch"] == frame["epoch"].max())]


def at_chance(accuracy: pd.Series, chance: float) -> bool:
    """Whether every network is no better than a constant answer."""
    return bool(accuracy.max() <= chance + STUCK)


def percent(values: Sequence[float] | pd.Series) -> str:
    """31% to 67%, or one number where they agree."""
    low, high = (f"{v:.0%}" for v in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


def contest_title(curves: pd.DataFrame, chance: pd.DataFrame) -> str:
    """Who learns at this depth."""
    share = float(chance.set_index("split")["share"]["test"])
    depth = int(curves["depth"].iloc[0])
    ends = {str(init): one["accuracy"] for init, one in final(curves).groupby("init", sort=False)}
    stuck = [init for init, accuracy in ends.items() if at_chance(accuracy, share)]
    learned = [f"{name(init)} reaches {percent(accuracy)}" for init, accuracy in ends.items() if init not in stuck]
    parts = [join(learned)] if learned else []
    if stuck:
        parts.append(f"{join(map(name, stuck))} {'stays' if len(stuck) == 1 else 'stay'} at chance")
    return f"At depth {depth}, " + "; ".join(parts)


def contest_sentences(curves: pd.DataFrame, chance: pd.DataFrame) -> list[str]:
    """Final accuracies by scheme, and what chance is."""
    share = float(chance.set_index("split")["share"]["test"])
    means = final(curves).groupby("init", sort=False)["accuracy"].agg(["mean", "min", "max", "count"])
    said = [
        f"**{name(str(init))}**: test accuracy {row['mean']:.0%} on average; its {row['count']:.0f} "
        f"network{'s reach' if row['count'] > 1 else ' reaches'} {percent((row['min'], row['max']))}."
        for init, row in means.iterrows()
    ]
    lost = final(curves)["diverged"].sum()
    if lost:
        said.append(f"{lost} of {len(final(curves))} networks diverged.")
    return [*said, f"Always naming the commonest class would be right in at most {share:.0%} of the test cases."]


def reach(table: pd.DataFrame, chance: pd.DataFrame, by: str) -> pd.Series:
    """The largest depth at which a row of the map (`by`: init or std) still learns; 0 where it never does.

    Learning: the mean over seeds is more than halfway from chance to 100%.
    """
    share = float(chance.set_index("split")["share"]["test"])
    mean = table.groupby([by, "depth"], sort=False)["accuracy"].mean().reset_index()
    learned = mean[mean["accuracy"] > share + (1 - share) / 2].groupby(by)["depth"].max()
    return learned.reindex(list(dict.fromkeys(table[by])), fill_value=0)


# ---------------------------------------------------------------- judgements, slips and formulas


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
        "**Where the formulas come from.** A unit adds up $N_{in}$ products of a weight and an input, "
        "$z = \\sum_j w_j a_j$. Independent weights of mean 0 make $\\mathrm{E}[z^2] = N_{in}\\,\\mathrm{Var}(w)\\,"
        "\\mathrm{E}[a^2]$. The activation then keeps only part of it: a ReLU whose slope below zero is $a$ keeps "
        "$\\frac{1 + a^2}{2}$. One layer therefore multiplies the mean square by "
        "$N_{in}\\,\\mathrm{Var}(w)\\,\\frac{1 + a^2}{2}$. Make this 1 and you have **Kaiming**: $" + kaiming + "$. "
        "The factor $\\sqrt{2 / (1 + a^2)}$ in its std is called the *gain*. On the way back, the same sum runs over the "
        "$N_{out}$ units above, which asks for $1 / N_{out}$ where the way forward asks for $1 / N_{in}$. **Xavier** takes the "
        "value between, for an activation that passes small numbers as they are (gain 1): $" + xavier + "$."
    )


def theory_sentence(layers: pd.DataFrame, width: int) -> str:
    """How far the measurement is from the theory, and why."""
    seeds = layers["seed"].nunique()
    return (
        f"Theory (dotted) is for very wide layers. With {width} units, the root mean square over {seeds} "
        f"network{'s' if seeds > 1 else ''} is at most {agreement(layers):.0%} away from it, over all schemes, layers and both "
        "directions; the narrower and deeper a network, the more its own random numbers matter."
    )


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
            f"{join(name(f.init) for f in faded)}. What counts is the factor per layer, not the std."
        )
    if "pytorch_default" in set(layers["init"]):
        said.append(
            "The initialisation that Glorot and Bengio argued against in 2010, $U(-1/\\sqrt{N_{in}}, 1/\\sqrt{N_{in}})$, is still "
            f"what `nn.Linear` does: here {fate_words(fate_of(layers, 'pytorch_default'))}."
        )
    return said


def learners(curves: pd.DataFrame, chance: pd.DataFrame) -> list[str]:
    """The schemes of which at least one network beats a constant answer."""
    share = float(chance.set_index("split")["share"]["test"])
    ends = final(curves).groupby("init", sort=False)["accuracy"]
    return [str(init) for init, accuracy in ends if not at_chance(accuracy, share)]


def learned_sentence(learned: list[str]) -> str:
    return f"Better than guessing: {join(map(name, learned))}." if learned else "No network does better than guessing."


def contest_slips(curves: pd.DataFrame, chance: pd.DataFrame, optimizer: str, normalization: str) -> list[str]:
    """What the notes, and the usual advice, say about whether the first weights matter."""
    depth, learned = int(curves["depth"].iloc[0]), learners(curves, chance)
    all_of_them = list(dict.fromkeys(curves["init"]))
    lost = [i for i in all_of_them if i not in learned]
    said = []
    if lost and learned:
        said.append(
            "“Initialisation matters for models with billions of parameters”: it is depth that makes it matter. These networks "
            f"are tiny, and at {depth} layers {join(map(name, lost))} learned nothing in the time in which "
            f"{join(map(name, learned))} did."
        )
    elif learned:
        said.append(
            f"“Just break symmetry and the model will be fine”: at {depth} layers, trained like this, that holds for every scheme "
            "shown. Try 30 layers and SGD with momentum."
        )
    else:
        said.append(f"At {depth} layers, trained like this, breaking the symmetry is not enough: none of these schemes learns.")
    if optimizer == "adam":
        said.append(
            "Adam divides each gradient by its own size, so even a faint gradient makes full steps. That hides a poor start; it does "
            "not mend it."
        )
    if normalization == "layer":
        said.append(
            "Layer normalisation resets the *size* of the signal in every layer. It cannot bring back what told two inputs apart: "
            "after many ReLU layers all inputs look alike, and at great depth even Kaiming's networks may then learn nothing."
        )
    return said
