"""The question of the depth contest, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....charts.words import between, listed, scheme_name
from ...story import Question, Story, Verdict
from .config import DepthConfig

if TYPE_CHECKING:
    from .experiment import DepthResult
    from .findings import Facts

ANSWERS = ("None", "One", "Two", "Three or more")


def ask(config: DepthConfig) -> Question:
    """With how many schemes any network learns."""
    return Question(
        f"Networks of {config.depth} layers are trained to read digits. They differ only in how their first weights were drawn: "
        f"{listed(map(scheme_name, config.inits))}. With how many of these schemes does any network do better than guessing?",
        ANSWERS,
    )


def tell(config: DepthConfig, result: DepthResult) -> Story:
    """Everything that is true of one contest."""
    from . import charts
    from .findings import facts

    f = facts(result.curves, result.chance)
    return Story(
        verdict=_verdict(f),
        figures=(charts.contest(result.curves, f), charts.loss(result.curves, f)),
        shows=tuple(_shows(f)),
        slips=tuple(_slips(f, config)),
        facts=f,
    )


def _verdict(f: Facts) -> Verdict:
    learned = f.of("learned")
    because = f"Better than guessing: {listed(map(scheme_name, learned))}." if learned else "No network does better than guessing."
    return Verdict(ANSWERS[min(len(learned), 3)], because)


def _shows(f: Facts) -> Iterator[str]:
    for s in f.schemes:
        yield (
            f"**{scheme_name(s.init)}**: test accuracy {s.mean:.0%} on average; its {s.networks} "
            f"network{'s reach' if s.networks > 1 else ' reaches'} {between(s.low, s.high)}."
        )
    if f.lost:
        yield f"{f.lost} of {f.networks} networks diverged."
    yield f"Always naming the commonest class would be right in at most {f.chance:.0%} of the test cases."


def _slips(f: Facts, config: DepthConfig) -> Iterator[str]:
    """What the notes, and the usual advice, say about whether the first weights matter."""
    learned = f.of("learned")
    lost = [s.init for s in f.schemes if s.kind != "learned"]
    if lost and learned:
        yield (
            "“Initialisation matters for models with billions of parameters”: it is depth that makes it matter. These networks "
            f"are tiny, and at {f.depth} layers {listed(map(scheme_name, lost))} learned nothing in the time in which "
            f"{listed(map(scheme_name, learned))} did."
        )
    elif learned:
        yield (
            f"“Just break symmetry and the model will be fine”: at {f.depth} layers, trained like this, that holds for every scheme "
            "shown. Try 30 layers and SGD with momentum."
        )
    else:
        yield f"At {f.depth} layers, trained like this, breaking the symmetry is not enough: none of these schemes learns."
    if config.optimizer == "adam":
        yield (
            "Adam divides each gradient by its own size, so even a faint gradient makes full steps. That hides a poor start; it does "
            "not mend it."
        )
    if config.normalization == "layer":
        yield (
            "Layer normalisation resets the *size* of the signal in every layer. It cannot bring back what told two inputs apart: "
            "after many ReLU layers all inputs look alike, and at great depth even Kaiming's networks may then learn nothing."
        )
