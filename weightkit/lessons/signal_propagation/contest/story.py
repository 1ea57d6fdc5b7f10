"""The question of the depth contest, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....charts.words import alike, between, every, listed, percent, plural, scheme_name
from ...settings import of_part
from ...story import Question, Story, Verdict
from ..settings import TASKS, about
from .config import DepthConfig

if TYPE_CHECKING:
    from .experiment import DepthResult
    from .findings import Facts, Scheme

ANSWERS = ("None", "One", "Two", "Three or more")


def ask(config: DepthConfig) -> Question:
    """With how many schemes any network learns."""
    who, many = listed(map(scheme_name, config.inits)), len(config.inits)
    drawn = (
        f"They differ only in how their first weights were drawn: {who}. With how many of these"
        " schemes does"
    )
    if many == 1:
        drawn = (
            f"Their first weights are drawn as in “{who}”. With how many schemes, none or this one,"
            " does"
        )
    return Question(
        f"Networks of {config.depth} layers are trained {TASKS[str(config.dataset)]}. {drawn} any"
        " network do better than guessing?",
        ANSWERS[: min(many, 3) + 1],
    )


def tell(config: DepthConfig, result: DepthResult) -> Story:
    """Everything that is true of one contest."""
    from . import charts
    from .findings import facts

    f = facts(result.curves, result.chance)
    return Story(
        verdict=_verdict(f),
        figures=(charts.contest(result.curves, f, about(config)), charts.loss(result.curves, f)),
        shows=(*_shows(f), *of_part(config)),
        slips=tuple(_slips(f, config)),
        facts=f,
    )


def _verdict(f: Facts) -> Verdict:
    learned = f.of("learned")
    because = (
        f"Better than guessing: {listed(map(scheme_name, learned))}."
        if learned
        else "No network does better than guessing."
    )
    return Verdict(ANSWERS[min(len(learned), 3)], because)


def _shows(f: Facts) -> Iterator[str]:
    for s in f.schemes:
        yield f"**{scheme_name(s.init)}**: {_ends(s)}."
    if f.lost:
        yield f"{f.lost} of {plural(f.networks, 'network')} diverged."
    below = any(
        s.kind == "stuck" and s.mean < f.chance and not alike((s.mean, f.chance), percent)
        for s in f.schemes
    )
    yield (
        f"Always giving the commonest answer would be right in {f.chance:.0%} of the test cases"
        + (
            "; always giving a rarer one, in fewer: a network at chance can be below that line."
            if below
            else "."
        )
    )


def _ends(s: Scheme) -> str:
    """What became of a scheme's networks."""
    left = s.networks - s.diverged
    if not left:
        return f"{every(s.networks, 'network')} diverged" if s.networks > 1 else "diverged"
    who = f"its {s.networks} networks"
    if s.diverged:
        who = f"the {left} of {who} that did not diverge"
    if left == 1:
        return f"test accuracy {percent(s.mean)}" + (f", with {who}" if s.diverged else "")
    if alike((s.low, s.high), percent):
        return f"test accuracy {percent(s.mean)}, with each of {who}"
    reach = between(s.low, s.high, percent)
    return f"test accuracy {percent(s.mean)} on average; {who} reach {reach}"


def _slips(f: Facts, config: DepthConfig) -> Iterator[str]:
    """What the notes, and the usual advice, say about whether the first weights matter."""
    from .findings import GAINED

    learned = f.of("learned")
    lost = [s.init for s in f.schemes if s.kind != "learned"]
    if lost and f.took:
        yield (
            "“Initialization matters for models with billions of parameters”: these networks are"
            f" tiny, and still, at {f.depth} layers and trained like this,"
            f" {listed(map(scheme_name, lost))} learned nothing in the time in which"
            f" {listed(map(scheme_name, f.took))} did."
        )
    elif learned and not f.took:
        one = len(learned) == 1
        yield (
            f"{listed(map(scheme_name, learned))} {'does' if one else 'do'} better than guessing,"
            f" but not by learning much: training has not raised {'its' if one else 'their'} mean"
            f" test accuracy by {100 * GAINED:.0f} points."
        )
    elif learned:
        harder = f.depth < 30 or config.optimizer == "adam" or config.normalization != "none"
        yield (
            f"“Just break symmetry and the model will be fine”: at {f.depth} layers, trained like"
            " this, every scheme shown does better than guessing."
            + (" Try 30 layers, SGD with momentum and no normalization." if harder else "")
        )
    else:
        yield (
            f"At {f.depth} layers, trained like this, breaking the symmetry is not enough: after"
            f" {plural(f.epochs, 'epoch')} no network does better than guessing."
        )
    if config.optimizer == "adam":
        yield (
            "Adam divides each gradient by its own size, so that even a faint gradient makes full"
            " steps, as long as it is far above Adam's eps of 10⁻⁸. That hides a poor start; it"
            " does not mend it."
        )
    if len(f.schemes) > 1:
        yield (
            f"One learning rate for all schemes, here {config.learning_rate:g}, is itself a choice:"
            " this compares the schemes at that rate, and not each at the rate that suits it best."
        )
    if config.normalization == "layer":
        lower = bool(lost) and config.learning_rate > 0.001
        yield (
            "Layer normalization resets the *size* of the signal in every layer. It does not choose"
            " the step for you"
            + (
                f": before you blame the depth, try a learning rate below {config.learning_rate:g}."
                if lower
                else "."
            )
        )
