"""The question of every weight's fate, and what a run answers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...story import Question, Story, Verdict
from ..config import Config

if TYPE_CHECKING:
    from .experiment import Fates
    from .findings import Facts, Tenth

SEEN = 0.99  # of its size: what is left of a weight that has visibly shrunk
GONE = 0.001  # of its size: what is left of a weight that is as good as gone


def ask(config: Config) -> Question:
    """How many weights grow."""
    long = "one epoch" if config.epochs == 1 else f"{config.epochs} epochs"
    return Question(
        f"Learning strengthens some weights and weakens others. After {long} of training, what"
        " share of all weights of these networks will be larger in size (farther from 0) than at"
        " the start?",
        number=(0.0, 100.0),
        unit="%",
        tolerance=10.0,
    )


def tell(config: Config, result: Fates) -> Story:
    """Everything that is true of a run."""
    from . import charts
    from .findings import facts

    f = facts(result.curves, result.shares, result.quantiles, result.by_size)
    figures = (
        charts.outcomes(result.shares, f),
        charts.changes(result.quantiles, f),
        charts.by_size(result.by_size, f),
    )
    return Story(
        _verdict(f),
        tuple(figure for figure in figures if figure is not None),
        tuple(_shows(config, f)),
        tuple(_slips(config, f)),
        f,
    )


def _verdict(f: Facts) -> Verdict:
    from ....charts.words import share

    if math.isnan(f.all.grew):
        return Verdict(0.0, "All networks diverged; weights that are no numbers count as 0%.")
    if not f.moved:
        return Verdict(0.0, "No weight has changed its size.")
    return Verdict(
        100 * f.all.grew,
        f"{share(f.all.grew)} of the weights are larger than at the start, {share(f.all.shrank)}"
        " smaller.",
    )


def _shows(config: Config, f: Facts) -> Iterator[str]:
    from ....charts.words import plural

    if f.lost:
        yield (
            f"{f.lost} of {plural(f.networks, 'network')} diverged: the weights stopped being"
            " numbers, and are not counted."
        )
    if f.lost == f.networks:
        return
    if not f.moved:
        yield "No weight has changed its size: nothing was strengthened or weakened."
        return
    yield _some(f)
    yield _by_layer(f)
    yield _how_far(f)
    if f.unfed:
        yield _unfed(config, f, *f.unfed)


def _some(f: Facts) -> str:
    from ....charts.words import alike, between, every, share

    a = f.all
    networks = f.networks - f.lost
    spread = (
        ""
        if networks == 1
        else f" (the same in {every(networks, 'network')})"
        if alike([a.lowest, a.highest], share)
        else f" ({between(a.lowest, a.highest, share)} in the {networks} networks)"
    )
    same = f" Exactly the size they began with: {share(a.same)}." if a.same else ""
    return (
        f"“Some strengthened, some weakened”: {share(a.grew)} of all weights{spread} are farther"
        f" from 0 than at the start, {share(a.shrank)} nearer, and {share(a.turned)} have changed"
        f" sign.{same}"
    )


def _by_layer(f: Facts) -> str:
    from ....charts.words import listed, share

    return f"By layer, these grew: {listed(f'{la.name} {share(la.grew)}' for la in f.layers)}."


def _how_far(f: Facts) -> str:
    from ....charts.words import alike, number

    low, middle, high, most = f.all.change
    if alike([low, most]):
        return f"“Some by a lot, some by a little” is not so here: they moved by {number(most)}."
    return (
        "“Some by a lot, some by a little”: the 10th percentile of the change |after − before| is"
        f" {number(low)}, the median {number(middle)}, the 90th percentile {number(high)}, the 99th"
        f" {number(most)}."
    )


def _unfed(config: Config, f: Facts, small: Tenth, large: Tenth) -> str:
    from ....charts.words import share

    whose = (
        f"{share(f.starved)} of the weights multiply an input that is 0 in every training sample,"
        " so that the data have no say in them"
    )
    if (small.before, large.before) == (small.after, large.after):
        return f"{whose}: they have kept their size."
    pull = " and ".join(n for n, s in (("L2", config.l2), ("L1", config.l1)) if s)
    return f"{whose}, only {pull}. Of these, {_from_to(small, large)}."


def _from_to(small: Tenth, large: Tenth) -> str:
    return f"the smallest {_went(small)}, the largest {_went(large)}"


def _went(w: Tenth) -> str:
    from ....charts.words import alike, number

    if alike([w.before, w.after]):
        return f"stayed at a mean size of {number(w.before)}"
    return f"went from a mean size of {number(w.before)} to {number(w.after)}"


def _slips(config: Config, f: Facts) -> Iterator[str]:
    from ....charts.words import alike, share

    if f.moved and f.smallest and f.largest:
        small, large = f.smallest.grew, f.largest.grew
        many = "as many" if alike([small, large], share) else share(large)
        yield (
            "“A weight that grew was strengthened because it matters” is more than its size can"
            " say. A step longer than twice a weight's size makes it larger whichever way it goes."
            f" Of the tenth of each layer that began nearest 0, {share(small)} grew, of the tenth"
            f" that began farthest from it {many}."
        )
    if config.l2 and f.unfed and any(w.after < SEEN * w.before for w in f.unfed):
        yield "“L2 shrinks large weights most”: " + _under_l2(config, *f.unfed)


def _under_l2(config: Config, small: Tenth, large: Tenth) -> str:
    from ....charts.words import alike, share

    left = [w.after / w.before for w in (small, large)]
    only, have = ("only L2 and L1", "have") if config.l1 else ("only L2", "has")
    seen = f"of the weights in which {only} {have} a say, {_from_to(small, large)}"
    if max(left) < GONE:
        end = "less than a thousandth of either is left, whatever its size"
    elif max(left) > 1:
        return f"{seen}: at this strength and learning rate they do not all shrink."
    elif alike(left, share):
        end = f"both keep {share(left[0])}: the large ones lose more, but no larger share"
    elif left[0] < left[1]:
        end = f"the small ones keep {share(left[0])}, the large ones {share(left[1])}"
    else:
        return f"{seen}: by share, it is so here."
    why = (
        " Adam divides each gradient by its own size, so that the pull of L2 is about as long for"
        " all weights that nothing else moves."
        if config.optimizer == "adam"
        else ""
    )
    return f"{seen}; {end}.{why}"
