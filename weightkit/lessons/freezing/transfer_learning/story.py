"""The question of transfer learning, and what a run answers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...story import Question, Story, Verdict
from .config import FROZEN, INVERTED, TRANSFERS, TUNED, TransferConfig

if TYPE_CHECKING:
    from .experiment import TransferResult
    from .findings import Facts, Gain, Level

TAUGHT = 0.1  # a network knows its task that is right so much more often than by guessing

UNCLEAR = "Too close to call"


def ask(config: TransferConfig) -> Question:
    """Who is best with few labelled examples."""
    n = config.near
    old = (
        "A network has learned the old task."
        if config.pretrain_epochs
        else (
            "A network with fresh random numbers takes the place of one that has learned the old"
            " task."
        )
    )
    return Question(
        f"{old} Then {n} labelled image{'s' if n > 1 else ''} of each class of the new one must do."
        " Who is best on unseen images: the old features frozen under a new output layer, the"
        " whole old network fine-tuned, or a fresh one trained from scratch?",
        (*TRANSFERS, UNCLEAR),
    )


def tell(config: TransferConfig, result: TransferResult) -> Story:
    """Everything that is true of a run."""
    from . import charts
    from .findings import facts

    f = facts(result.curves, result.pretraining, result.pixels, config.task)
    return Story(
        _verdict(f, f.at(config.near)),
        (charts.transfer(result.curves, result.pixels, f), charts.advantage(result.curves, f)),
        tuple(_shows(f)),
        tuple(_slips(f)),
        f,
    )


def _verdict(f: Facts, level: Level) -> Verdict:
    if not level.accuracy:
        return Verdict(UNCLEAR, "All networks diverged: their answers mean nothing.")
    because = f"With {level.n_labelled} per class: " + ", ".join(
        f"{name} {value:.0%}" for name, value in level.accuracy
    )
    if level.winner:
        return Verdict(
            level.winner,
            because + f"; {_over(f)}, that is clearly better than both others.",
        )
    why = (
        "one network of each kind cannot tell"
        if f.n_seeds == 1
        else f"{_over(f)}, none is clearly better than both others"
    )
    return Verdict(UNCLEAR, f"{because}; {why}.")


def _over(f: Facts) -> str:
    """What the seeds of the comparison resample, and what stays."""
    return (
        f"paired over {f.n_seeds} seeds (each with labelled examples, test images and random"
        " numbers of its own)"
    )


def _shows(f: Facts) -> Iterator[str]:
    from ....charts.words import capital, plural

    yield _old_task(f)
    for name in (FROZEN, TUNED):
        if gains := f.of(name):
            interval = "" if f.n_seeds == 1 else " (95% interval of each mean in brackets)"
            first, *others = dict.fromkeys(pick(gains, key=lambda g: g.mean) for pick in (min, max))
            most = "".join(f" to {_gain(g)} at {g.n_labelled}" for g in others)
            yield (
                f"{capital(name)} against from scratch, in points{interval}:"
                f" {'from ' if most else ''}{_gain(first)} at {first.n_labelled} per"
                f" class{most}."
            )
    yield from _baseline(f)
    if f.n_seeds > 1 and f.luck >= 0.005:
        n = f.levels[0].n_labelled
        yield (
            f"What the seed chooses (the labelled examples, the random numbers and the test images)"
            f" makes this difference with {plural(n, 'example')} per class: from scratch, the"
            f" luckiest of {f.n_seeds} ended {points_of(f.luck)} above the unluckiest."
        )


def _old_task(f: Facts) -> str:
    from ....charts.words import between

    known = f"{between(*f.known)} of its test images"
    if math.isnan(f.known[0]):
        return "The networks of the old task diverged, so nothing of use could be taken over."
    if not f.pretrained:
        return (
            f"These networks were not pretrained: on the old task their random numbers get {known}"
            " right."
        )
    if f.known[1] < f.chance + TAUGHT:
        return (
            f"The pretraining has taught next to nothing: {known} right, and guessing gets"
            f" {f.chance:.0%}."
        )
    if f.known[0] < f.chance + TAUGHT:
        return f"Not all pretrained networks know their old task: they get {known} right."
    return f"The pretrained networks know their old task: {known}."


def _baseline(f: Facts) -> Iterator[str]:
    from ....charts.words import listed

    known = [level for level in f.levels if not math.isnan(level.pixels) and level.accuracy]
    if not known:
        return
    values = listed(f"{level.pixels:.0%} at {level.n_labelled}" for level in known)
    idle = [level.n_labelled for level in known if not level.needed]
    verdict = (
        f"at {listed(idle)} per class no kind of network beats it by more than a point in the mean"
        if idle
        else "the best network is better" + (" at each of these numbers" if len(known) > 1 else "")
    )
    yield (
        "The baseline that needs no features, logistic regression on the pixels from the same"
        f" examples, gets {values} per class; {verdict}."
    )


def _gain(gain: Gain) -> str:
    from ....charts.words import between

    mean = signed(gain.mean)
    return mean if math.isnan(gain.low) else f"{mean} ({between(gain.low, gain.high, signed)})"


def signed(difference: float) -> str:
    """Points with their sign: "+12", "-3", "0"."""
    rounded = round(100 * difference)
    return f"{rounded:+d}" if rounded else "0"


def points_of(difference: float) -> str:
    """A size in points: "12 points", "1 point", "0.4 points"."""
    size = abs(100 * difference)
    return (
        "1 point"
        if round(size) == 1
        else f"{size:.0f} points"
        if size >= 1
        else f"{size:.1f} points"
    )


def _slips(f: Facts) -> Iterator[str]:
    granted = (
        "“The network is already trained, but you need to fine-tune it” takes for granted that what"
        " it knows helps. "
    )
    better, worse = (
        sum(getattr(gain, verdict) for gain in f.gains) for verdict in ("better", "worse")
    )
    if f.n_seeds > 1 and f.gains:
        yield (
            granted
            + f"Here it clearly paid in {better} of {len(f.gains)} comparisons with from scratch,"
            f" and clearly cost in {worse} (paired t tests over the seeds, 5% for all"
            f" {f.compared} comparisons of this run together by Holm's method)."
        )
    else:
        yield granted + "Whether it did here, one network of each kind cannot tell."
    if f.task == INVERTED:
        yield (
            "The strokes are the same, only light and dark have changed places. The fewer layers"
            " are taken over and frozen, the more are left to follow the change: try one, two and"
            " three."
        )
    elif f.pretrained:
        yield (
            "These networks are tiny and have seen five kinds of digits; what their features leave"
            " out, the new digits may need. Networks that people download were trained on far more"
            " kinds of images."
        )
    yield (
        "Freezing is one way among two: fine-tuning lets every layer move on from where pretraining"
        " left it."
    )
