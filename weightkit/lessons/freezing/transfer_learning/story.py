"""The question of transfer learning, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...story import Question, Story, Verdict
from .config import FROZEN, NEW_DIGITS, TRANSFERS, TUNED, TransferConfig

if TYPE_CHECKING:
    from .experiment import TransferResult
    from .findings import Facts


def ask(config: TransferConfig) -> Question:
    """Who is best with few labelled examples."""
    n = config.near
    return Question(
        f"A network has learned the old task. Then {n} labelled image{'s' if n > 1 else ''} of each class of the new one "
        "must do. Who is best on unseen images: the old features frozen under a new output layer, the whole old network "
        "fine-tuned, or a fresh one trained from scratch?",
        TRANSFERS,
    )


def tell(config: TransferConfig, result: TransferResult) -> Story:
    """Everything that is true of a run."""
    from . import charts
    from .findings import facts

    f = facts(result.curves, result.pretraining, config.task)
    level = f.at(config.near)
    means = ", ".join(f"{name} {value:.0%}" for name, value in level.accuracy)
    return Story(
        Verdict(level.best, f"With {level.n_labelled} per class: {means}."),
        (charts.transfer(result.curves, f), charts.advantage(result.curves, f)),
        tuple(_shows(f)),
        tuple(_slips(f)),
        f,
    )


def _shows(f: Facts) -> Iterator[str]:
    from ....charts.words import between, capital, plural

    yield f"The pretrained networks know their old task: {between(*f.known)} of its test images."
    for name in (FROZEN, TUNED):
        gains = ", ".join(f"{100 * gain.mean:+.0f} at {gain.n_labelled}" for gain in f.of(name))
        yield f"{capital(name)} against from scratch, in points by examples per class: {gains}."
    if f.n_seeds > 1:
        yield (
            f"With {plural(f.levels[0].n_labelled, 'example')} per class, which ones get a label matters: from scratch, the "
            f"luckiest of {f.n_seeds} choices ended {100 * f.luck:.0f} points above the unluckiest."
        )


def _slips(f: Facts) -> Iterator[str]:
    better, worse = (sum(getattr(gain, verdict) for gain in f.gains) for verdict in ("better", "worse"))
    yield (
        "“The network is already trained, but you need to fine-tune it” takes for granted that what it knows helps. Here it "
        f"clearly paid in {better} of {len(f.gains)} comparisons with from scratch, and clearly cost in {worse} (95 % "
        "intervals over the seeds that leave out zero)."
    )
    yield (
        "These networks are tiny and have seen five kinds of digits; what their features leave out, the new digits need. "
        "Networks that people download were trained on far more kinds of images."
        if f.task == NEW_DIGITS
        else "The strokes are the same, only light and dark have changed places. The fewer layers are taken over and frozen, "
        "the more are left to follow the change: try one, two and three."
    )
    yield "Freezing is one way among two: fine-tuning lets every layer move on from where pretraining left it."
