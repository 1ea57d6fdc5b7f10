"""The question of the frozen BatchNorm layer, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...story import Question, Story, Verdict
from .config import BOTH, EVALUATED, FROZEN, NEW, NOTHING, ZEROS, BatchNormConfig

if TYPE_CHECKING:
    from .experiment import Result
    from .findings import Case, Facts

ANSWERS = FROZEN_DOES, EVAL_DOES, EACH, TOGETHER, NEITHER = (
    "requires_grad = False for its parameters",
    "eval() for the two layers",
    "Either of them alone",
    "Only the two together",
    "Not even the two together",
)


def ask(config: BatchNormConfig) -> Question:
    """What it takes to freeze."""
    return Question(
        "A layer and the BatchNorm behind it are to give the same outputs for the same samples as"
        " now, while the layers after them go on learning. What is enough?",
        ANSWERS,
    )


def tell(config: BatchNormConfig, result: Result) -> Story:
    """Everything that is true of a run."""
    from . import charts
    from .findings import facts

    f = facts(result.curves, result.movement)
    return Story(
        Verdict(outcome(f), _because(f)),
        (
            charts.grid(f),
            charts.outputs(result.movement, result.curves, f),
            charts.accuracy(result.curves, f),
        ),
        tuple(_shows(config, f)),
        tuple(_slips(f)),
        f,
    )


def outcome(f: Facts) -> str:
    """Which answer is right."""
    frozen, evaluated, both = f.enough
    if frozen and evaluated:
        return EACH
    if frozen or evaluated:
        return FROZEN_DOES if frozen else EVAL_DOES
    return TOGETHER if both else NEITHER


def _because(f: Facts) -> str:
    from .charts import GONE, moved
    from .findings import ANSWERS as OUTPUTS

    if f.gone == f.networks:
        return f"{GONE}: there is nothing left to keep."
    frozen, evaluated, both = (f.of(name) for name in (FROZEN, EVALUATED, BOTH))
    return (
        f"The outputs moved by {moved(frozen, OUTPUTS)} with {FROZEN}, by"
        f" {moved(evaluated, OUTPUTS)} with {EVALUATED} and by {moved(both, OUTPUTS)} with both."
    )


def _parts(case: Case) -> str:
    """ "weights and biases moved by 0, running statistics by 3.1%, outputs by 9%"."""
    from .charts import moved
    from .findings import GROUPS

    if case.still:
        return "nothing of the block moved at all"
    first, *others = GROUPS
    return f"{first} moved by {moved(case, first)}, " + ", ".join(
        f"{group} by {moved(case, group)}" for group in others
    )


def _shows(config: BatchNormConfig, f: Facts) -> Iterator[str]:
    from ....charts.words import plural

    lost = sum(case.lost for case in f.cases)
    if lost:
        yield (
            f"{lost} of {plural(f.networks * len(f.cases), 'network')} diverged. What is no number"
            " is not counted."
        )
    if f.gone == f.networks:
        return
    yield (
        f"As shares of their size at the freezing: with {FROZEN}, the layers in training mode,"
        f" {_parts(f.of(FROZEN))}."
    )
    yield f"With {EVALUATED} for the two layers, and nothing else, {_parts(f.of(EVALUATED))}."
    yield f"With both, {_parts(f.of(BOTH))}."
    yield _remembered(config, f)
    yield f"For comparison, nothing frozen, {_parts(f.of(NOTHING))}."


def _remembered(config: BatchNormConfig, f: Facts) -> str:
    """What an optimizer of before the freezing does with gradients of zeros, and a new one."""
    from .charts import moved
    from .findings import PARAMETERS

    old, new = f.of(ZEROS), f.of(NEW)
    said = (
        "The optimizer was made before the freezing, and knows the block's parameters. If their"
        " gradients are cleared to zeros, as by `zero_grad(set_to_none=False)`, instead of `None`,"
    )
    if old.exact[PARAMETERS]:
        rest = (
            ": before any backward pass there is no gradient to clear, and `None` it stays"
            if config.before == 0
            else ": plain SGD without weight decay has nothing to add"
            if config.optimizer == "sgd" and not config.weight_decay
            else ""
        )
        return f"{said} nothing moves here either{rest}."
    end = (
        "stays exactly where it was"
        if new.exact[PARAMETERS]
        else f"moves by {moved(new, PARAMETERS)}"
    )
    return (
        f"{said} weights and biases move by {moved(old, PARAMETERS)} with both switches set. Under"
        f" a new optimizer, made of what still learns, the block {end}."
    )


def _slips(f: Facts) -> Iterator[str]:
    from .charts import moved
    from .findings import MEANS, PARAMETERS

    if f.gone == f.networks:
        return
    frozen, evaluated, both = (f.of(name) for name in (FROZEN, EVALUATED, BOTH))
    if not frozen.exact[MEANS]:
        yield (
            "“Freezing a BatchNorm layer stops it”: requires_grad = False acts on parameters, and"
            " an optimizer knows nothing else. `running_mean` and `running_var` are buffers, which"
            " every pass in training mode changes, with no gradient and no learning rate: here by"
            f" {moved(frozen, MEANS)}."
        )
    if not evaluated.exact[PARAMETERS]:
        yield (
            "“eval() freezes”: it makes BatchNorm use its running statistics, and stop updating"
            " them. Gradients flow as before: weights and biases moved by"
            f" {moved(evaluated, PARAMETERS)}. And `net.train()`, with which many loops begin each"
            " epoch, takes it back."
        )
    if both.exact[PARAMETERS]:
        yield (
            "“Whoever freezes needs a new optimizer”: since PyTorch 2.0 `zero_grad()` leaves a"
            " gradient of `None`, and a parameter without a gradient is skipped: it moved by 0"
            " here, under the optimizer of before."
        )
