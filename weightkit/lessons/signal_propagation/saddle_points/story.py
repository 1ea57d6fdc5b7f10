"""The question about saddles, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....charts.words import alike, between, label, number, percent, plural
from ...story import Question, Story, Verdict
from .config import SaddlesConfig

if TYPE_CHECKING:
    from .experiment import SaddlesResult
    from .findings import Facts, Place

ANSWERS = {
    "Along none": 0.0,
    "Along fewer than 1 in 10": 0.1,
    "Along 1 in 10 to 1 in 4": 0.25,
    "Along more than 1 in 4": float("inf"),
}
"""The answers, and the share below which each is right (the first: at which)."""


SETTLED = 0.1  # a gradient this many times smaller than the start's: training has nearly ended


def ask(config: SaddlesConfig) -> Question:
    """In how many directions the loss curves down at a random start."""
    return Question(
        f"A network with one hidden layer of {plural(config.width, 'tanh unit')}, just after its"
        " random weights were drawn. Along how many of the principal directions of the loss (the"
        " eigenvectors of its Hessian) does it curve *down*, as on top of a hill?",
        tuple(ANSWERS),
    )


def tell(config: SaddlesConfig, result: SaddlesResult) -> Story:
    """Everything that is true of one run."""
    from . import charts
    from .findings import facts

    f = facts(result.points, config.width, config.outputs, config.steps, config.tolerance)
    return Story(
        verdict=_verdict(f),
        figures=(
            charts.spectrum(result.spectrum, f),
            charts.counts(result.points, f),
            charts.index(result.points, f),
        ),
        shows=tuple(_shows(f)),
        slips=tuple(_slips(f)),
        facts=f,
    )


def _verdict(f: Facts) -> Verdict:
    share = f.random.share
    answer = next(
        answer for answer, below in ANSWERS.items() if share < below or share == below == 0
    )
    many = "on average " if f.random.negative[0] != f.random.negative[1] else ""
    return Verdict(
        answer,
        f"{_many(f.random)} of {f.parameters:,} eigenvalues are negative at the random start,"
        f" {many}{percent(share)} of them.",
    )


def _many(place: Place) -> str:
    """How many negative eigenvalues its networks have."""
    return between(*place.negative, form=",d")


def _shows(f: Facts) -> Iterator[str]:
    yield (
        f"**All zero**: {_counted(f.zero)} (flat: within {label(f.tolerance)} times the"
        f" largest one's size). {_at_zero(f)}"
    )
    yield (
        f"**Random start**: {_counted(f.random)}. It is no critical point at all: the gradient's"
        f" norm is {_up_to(f.random)}{number(f.random.gradient)}."
    )
    if f.trained is None:
        yield f"**After {plural(f.steps, 'step')}** every network had diverged."
    else:
        yield (
            f"**After {plural(f.steps, 'step')}** from there: {_counted(f.trained)}."
            f" {_how_deep(f.trained)} The gradient's norm is"
            f" {_up_to(f.trained)}{number(f.trained.gradient)}; at a critical point it would be 0."
        )
    between_ = [place for place in f.levels if 0 < place.random_units < f.width]
    if between_:
        yield (
            "**Some units random, the others zero** (those stay zero: where training comes to rest"
            " is a critical point of a smaller network): "
            + "; ".join(
                f"{place.random_units} random: loss {number(place.loss)}, {_many(place)} negative"
                for place in between_
            )
            + "."
        )
    if f.lost:
        yield f"{f.lost} of {_trainings(f)} diverged."


def _trainings(f: Facts) -> str:
    return plural(f.networks, "training")


def _up_to(place: Place) -> str:
    return "up to " if place.networks > 1 else ""


def _counted(place: Place) -> str:
    mean = " on average" if place.networks > 1 else ""
    noun = "eigenvalue" if place.negative == (1, 1) else "eigenvalues"
    return (
        f"{_many(place)} negative {noun}, {place.flat:,.0f} flat and {place.positive:,.0f}"
        f" positive{mean}"
    )


def _at_zero(f: Facts) -> str:
    """Why gradient descent does not leave it."""
    if not f.zero.negative[0]:
        return "In no direction does the loss curve down."
    stays = (
        "The gradient of every weight is exactly 0 there, so that gradient descent moves none of"
        " them; still it is no minimum but a saddle."
        if not f.zero.weights_gradient
        else "It is a saddle."
    )
    each = f.zero.negative[0] / f.width
    if each == max(f.outputs - 1, 1) and f.zero.negative[0] == f.zero.negative[1]:
        stays += (
            f" Each of the {f.width} hidden units brings {each:.0f}: what bends the loss down there"
            " are products of a weight into a unit and one out of it."
            if f.width > 1
            else ""
        )
    return stays


def _how_deep(place: Place) -> str:
    if not place.negative[1]:
        return "In no direction does the loss curve down by more than the tolerance."
    most = "The most negative is" if place.negative[1] > 1 or place.networks > 1 else "It is"
    return f"{most} {percent(place.depth, 2 if place.depth < 0.1 else 0)} of the largest in size."


def _slips(f: Facts) -> Iterator[str]:
    """What the notes say of minima, against this run."""
    high, low = max(f.levels, key=lambda p: p.loss), min(f.levels, key=lambda p: p.loss)
    said = "“Complex, multidimensional landscapes have few local minima”: "
    ends = (
        f"where training ended at the highest loss, {number(high.loss)}, the loss curves down in"
        f" {percent(high.share, 1)} of the directions; at the lowest, {number(low.loss)}, in"
        f" {percent(low.share, 1)}"
    )
    near = (
        " (Gradients' norms there are at most"
        f" {number(max(place.gradient for place in f.levels))}; at a critical point they are 0.)"
    )
    apart = not alike((high.loss, low.loss)) and not alike((high.share, low.share), ".1%")
    if f.order == "rises" and apart:
        yield (
            said
            + ends
            + ". With each rise of the loss the share rises, as Dauphin et al. 2014 found of"
            " critical points: those at a high loss are saddles." + near
        )
    elif f.order == "mixed" and high.negative[0] and apart:
        yield (
            said
            + ends
            + ". That the share always rises with the loss, as Dauphin et al. 2014 found"
            " of critical points, this run does not show." + near
        )
    if f.zero.negative[0] and not f.zero.weights_gradient:
        yield (
            "“All zeros are stuck in a local minimum”: no. The loss curves down in"
            f" {f.zero.negative[0]:,} of {plural(f.parameters, 'direction')}. What holds the"
            " weights is a gradient of exactly zero, not a valley."
        )
    if f.random.negative[0]:
        all_ = f"each of these {f.random.networks} starts" if f.random.networks > 1 else "this one"
        yield (
            "“Random numbers are exceedingly unlikely to start in or near a local minimum”: around"
            f" {all_} the loss curves down in at least {f.random.negative[0]:,} of"
            f" {plural(f.parameters, 'direction')}."
        )
    if f.trained and f.trained.negative[0] and f.trained.gradient < SETTLED * f.random.gradient:
        yield (
            "“Training ends in a minimum”: it ended where"
            f" {plural_of(f.trained, 'eigenvalue')} still negative, by at most"
            f" {percent(f.trained.depth, 2)} of the largest in size."
        )


def plural_of(place: Place, noun: str) -> str:
    """How many, the noun, and the verb."""
    return (
        f"{_many(place)} {noun} is" if place.negative == (1, 1) else f"{_many(place)} {noun}s are"
    )
