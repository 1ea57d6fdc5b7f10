"""The question of two inputs, and what a run answers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ....charts.words import between, bound, label, number, percent, plural
from ...story import Question, Story, Verdict
from ...survivors import counted
from ..settings import LAYERS
from .config import InputsConfig

if TYPE_CHECKING:
    from .experiment import InputsResult
    from .findings import Facts, Scale

ANSWERS = ("With none", "With fewer than half", "With half or more, not all", "With all")
ONE = ("Yes", "No")


def ask(config: InputsConfig) -> Question:
    """With how many stds two inputs are told apart in the last layer."""
    many = config.n_stds
    drawn = (
        f"with {many} standard deviations of the weights, from 1/{config.reach:g} to"
        f" {config.reach:g} times 1/√N, where N = {config.width} is the units of a layer"
        if many > 1
        else f"whose weights have a standard deviation of 1/√N, where N = {config.width} is the"
        " units of a layer"
    )
    which = "With how many of them does" if many > 1 else "Does"
    return Question(
        f"Two inputs with a correlation of {config.correlation:g} enter random networks of"
        f" {plural(config.depth, LAYERS[config.activation] + ' layer')}, {drawn}; biases have a"
        f" standard deviation of {config.bias_std:g}. {which} the last layer still tell the two"
        " apart: differ by at least a hundredth of the size of its numbers?",
        ANSWERS if many > 1 else ONE,
    )


def tell(config: InputsConfig, result: InputsResult) -> Story:
    """Everything that is true of one run."""
    from . import charts
    from .findings import facts

    r = result
    f = facts(r.layers, r.limits, r.final, r.chance, config.activation, config.width)
    return Story(
        verdict=_verdict(f),
        figures=(
            charts.correlation(r.layers, f),
            charts.sizes(r.layers, f, "rms"),
            charts.sizes(r.layers, f, "spread"),
            charts.limits(r.layers, r.limits, f),
            charts.trainability(r.final, f),
        ),
        shows=tuple(_shows(f)),
        slips=tuple(_slips(f, config)),
        facts=f,
    )


def _verdict(f: Facts) -> Verdict:
    told, of = len(f.apart), len(f.scales)
    if of == 1:
        return Verdict(ONE[not told], f"In the last layer, {_ends(f.scales[0])}.")
    answer = ANSWERS[0 if not told else 3 if told == of else 1 if 2 * told < of else 2]
    which = f": std × √N = {f.span(f.apart)}" if f.apart else ""
    return Verdict(answer, f"It was {told} of {of}{which}.")


def _ends(one: Scale) -> str:
    """The last layer's size, spread and correlation."""
    from .charts import correlated

    if one.kind == "overflow":
        return "a number has left what float32 can hold"
    if one.kind == "zero":
        return "every number of a network is 0"
    what = f"root mean square {number(one.rms)}, spread over inputs {number(one.spread)}"
    if one.kind == "gone":
        return what + ", which is float32's rounding"
    return what + f", correlation {correlated(one.correlation)}"


KINDS = {
    "apart": "Told apart",
    "faint": "Hardly told apart (less than a hundredth of the size)",
    "gone": "Not told apart (less than a millionth of the size: float32's rounding)",
    "zero": "Nothing left: every number of a network is 0",
    "overflow": "Overflow: beyond what float32 can hold",
}


def _shows(f: Facts) -> Iterator[str]:
    yield (
        "**Which is which**: the *root mean square* is the size of the numbers, with what is the"
        " same for all inputs. The *spread over inputs* is how much a unit's numbers for different"
        f" inputs differ. In layer {f.depth}: "
        + "; ".join(f"at std × √N = {label(one.scale)}, {_ends(one)}" for one in _shown(f))
        + "."
    )
    for kind, words in KINDS.items():
        if some := f.of(kind):
            early = [one for one in some if one.lost]
            since = (
                f"; below a hundredth from layer {between(*_first_last(early), form='d')} on"
                if kind in ("faint", "gone") and early
                else ""
            )
            yield f"**{words}** in layer {f.depth}: std × √N = {f.span(some)}{since}."
    if math.isfinite(f.agreement):
        yield (
            f"Theory (dotted) is for very wide layers. With {plural(f.width, 'unit')}, the"
            f" correlation{', mean over ' + str(f.n_seeds) + ' networks,' if f.n_seeds > 1 else ''}"
            f" is at most {bound(f.agreement, '.2f')} away from it."
        )
    yield _trained(f)
    if f.lost:
        yield counted(f.lost, f.n_seeds * len(f.scales))


def _first_last(some: Sequence[Scale]) -> tuple[int, int]:
    layers = [one.lost for one in some if one.lost is not None]
    return min(layers), max(layers)


def _shown(f: Facts) -> list[Scale]:
    """The smallest, the middle and the largest."""
    places = sorted({0, len(f.scales) // 2, len(f.scales) - 1})
    return [f.scales[i] for i in places]


def _trained(f: Facts) -> str:
    after = f"**Trained** for {plural(f.epochs, 'epoch')}: "
    if f.best is None:
        return after + (
            f"no std learned (more than halfway from chance, {percent(f.chance)}, to 100%)."
        )
    rest = [one for one in f.scales if not one.learned]
    return (
        after + f"std × √N = {f.span(f.learned)} learned (more than halfway from chance,"
        f" {percent(f.chance)}, to 100%), {_best(f)}"
        + (f"; {f.span(rest)} did not." if rest else ".")
    )


def _best(f: Facts) -> str:
    one = f.best
    assert one is not None
    if len(f.learned) == 1:
        return f"with a test accuracy of {percent(one.accuracy)}"
    level = [other for other in f.learned if percent(other.accuracy) == percent(one.accuracy)]
    return f"best at {f.span(level)} with a test accuracy of {percent(one.accuracy)}"


def _slips(f: Facts, config: InputsConfig) -> Iterator[str]:
    """What is said of sizes and of random weights, against this run."""
    same = [one for one in f.of("gone", "faint") if one.rms >= 0.1]
    if same:
        yield (
            "“The signal keeps its size, so it survives”: a constant that survives is no signal. In"
            f" layer {f.depth}, at std × √N = {f.span(same)}, the root mean square is"
            f" {_range(same, 'rms')} and the spread over inputs {_range(same, 'spread')}: nearly"
            f" the same numbers for every input. After training,{_fared(same)}."
        )
    stuck = [one for one in f.of("gone") if one.stuck]
    if stuck:
        yield (
            "“Random weights allow for any direction”: these weights are random, too, and at std ×"
            f" √N = {f.span(stuck)} all inputs reach layer {f.depth} as nearly the same numbers. A"
            " unit's gradient there is a multiple of them, whatever the labels: it can move in one"
            " direction only."
        )
    wild = [one for one in f.apart if one.stuck and one.slope > 1]
    if wild:
        yield (
            f"Being told apart is not enough: at std × √N = {f.span(wild)} it is so, and no network"
            " did better than chance. There theory multiplies every gradient's mean square by"
            f" {_range(wild, 'slope')} per layer, on the way back."
        )
    if config.activation == "tanh":
        yield (
            "“Xavier's gain for tanh is 5/3” (`nn.init.calculate_gain`): for numbers near 0 tanh"
            " has slope 1, which makes the gain 1, as in Glorot and Bengio. In very wide layers"
            " without biases, std × √N = 5/3 does hold the root mean square, at 1.1, but"
            " multiplies a gradient's mean square by 1.21 in every layer: over 20 layers by 45."
        )


def _range(some: Sequence[Scale], name: str) -> str:
    values = [getattr(one, name) for one in some]
    return between(min(values), max(values), number)


def _fared(some: Sequence[Scale]) -> str:
    """What training made of these."""
    learned = [one for one in some if one.learned]
    stuck = [one for one in some if one.stuck]
    if len(stuck) == len(some):
        return " no network of theirs did better than chance"
    if len(learned) == len(some):
        return " they learned all the same"
    known = [one for one in some if not math.isnan(one.accuracy)]
    low, high = min(one.low for one in known), max(one.high for one in known)
    return f" their networks' test accuracy is {between(low, high, percent)}"


def theory(config: InputsConfig) -> str:
    """The two recursions and where they end, in Markdown."""
    return (
        "**Where two inputs end.** With $\\sigma_w = \\mathrm{std} \\cdot \\sqrt{N}$, a wide layer"
        " maps the mean square $q$ of its pre-activations, and the product $q_{ab}$ of two"
        " inputs', by\n\n$$q \\leftarrow \\sigma_w^2\\, \\mathrm{E}[\\varphi(z)^2] +"
        " \\sigma_b^2$$\n\n$$q_{ab} \\leftarrow \\sigma_w^2\\, \\mathrm{E}[\\varphi(z_a)"
        " \\varphi(z_b)] + \\sigma_b^2$$\n\nThe correlation is $q_{ab} / q$, and the spread over"
        " inputs $\\sqrt{q - q_{ab}}$. A small difference, and a gradient on its way back, is"
        " multiplied by $\\chi = \\sigma_w^2\\, \\mathrm{E}[\\varphi'(z)^2]$ in mean square per"
        " layer. Below 1 all inputs end alike, above 1 none do; deep networks train near 1"
        " (Poole et al. 2016; Schoenholz et al. 2017)."
    )
