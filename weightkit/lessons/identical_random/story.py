"""The question of the same random numbers twice, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..story import Question, Story, Verdict
from .config import Config

if TYPE_CHECKING:
    from .experiment import Result
    from .findings import Facts

MADE = {
    "copied": "copied from one template",
    "seeded together": "drawn from the same stream as the weights",
    "seeded apart": "drawn after setting the seed once more",
    "no seed": "drawn without a seed",
    "seeded": "drawn from each network's seed",
}
ANSWERS = {
    "both": "Equal in every number",
    "weights": "The same weights, other biases",
    "biases": "The same biases, other weights",
    "nothing": "Neither the same weights nor the same biases",
}
"""The answers, by what networks a and b have in common."""


def ask(config: Config) -> Question:
    """What two networks of the same seed have in common."""
    other_way = config.draw_order == "reversed"
    reverse = ", b drawing its layers from output to input" if other_way else ""
    return Question(
        f"Networks a and b have the same seed, {config.seed}. Weights: {MADE[config.weights]}{reverse}. "
        f"Biases: {MADE[config.biases]}. Before training, how alike are they?",
        tuple(ANSWERS.values()),
    )


def tell(config: Config, result: Result) -> Story:
    """Everything that is true of a run."""
    from . import charts  # here, in the worker: the question comes first, and needs no pandas
    from .experiment import torch_version
    from .findings import facts

    r = result
    f = facts(r.differences, r.training, r.outputs, r.checks, r.calls)
    made = (config.biases, config.draw_order)
    return Story(
        verdict=Verdict(
            ANSWERS[f.alike],
            f"The largest difference is {f.weights_off:.3g} in the weights and {f.biases_off:.3g} in the biases; their "
            f"outputs differ by up to {f.outputs_before:.3g}.",
        ),
        figures=(
            charts.weights(r.weights),
            charts.differences(r.differences),
            charts.checks(r.checks, made, f.names[:2]),
            charts.calls(r.calls, config.seed),
        ),
        shows=(_same(f), _training(f), _result(f), *_together(config, f)),
        slips=tuple(_slips(config, f, torch_version())),
        facts=f,
    )


def _same(f: Facts) -> str:
    a, b, *_ = f.names
    if f.outputs_before == 0:
        said = "before training their outputs are equal for every one of the 400 points. Yes."
    else:
        said = (
            f"before training their outputs differ by up to {f.outputs_before:.2f}. No: weights and biases must both "
            "match."
        )
    return f"**Are {a} and {b} the same network?** {ANSWERS[f.alike]}; {said}"


def _training(f: Facts) -> str:
    question = "**Is their training identical?**"
    if f.parted is None:
        return (
            f"{question} With the same batches in the same order, yes: after {f.epochs} epochs the outputs still "
            "differ by exactly 0."
        )
    if f.parted > 0:
        return (
            f"{question} No: the same start, but another batch order. They part in epoch {f.parted} and differ by up "
            f"to {f.outputs_after:.2f} after epoch {f.epochs}."
        )
    return (
        f"{question} They start apart, and after epoch {f.epochs} their outputs differ by up to {f.outputs_after:.2f}."
    )


def _result(f: Facts) -> str:
    said = (
        "**Does the seed matter for the result?** After training the loss of the four is "
        f"{f.loss_low:.3f} to {f.loss_high:.3f}."
    )
    if not f.stuck:
        return said
    return said + (
        f" {' and '.join(f.stuck)} learned nothing (0.693 is the loss of always answering “fifty-fifty”): everything "
        "must pass through the one unit of fc1, and with an unlucky start it passes nothing."
    )


def _together(config: Config, f: Facts) -> Iterator[str]:
    if config.weights != "seeded":
        return
    a, b, *_ = f.names
    yield (
        f"**Seed weights and biases together or apart?** Either way {a} and {b} differ by exactly {f.ways_off:g}. But "
        "one way's numbers are not the other's: seeded together, the biases use up part of the stream, so the layers "
        "after the first get other weights."
    )


def _slips(config: Config, f: Facts, version: str) -> Iterator[str]:
    yield (
        "“The same seed gives the same network” holds for the course's code because all four networks are copies of "
        "one template: only the weights are drawn anew, so the biases are equal **without** any seed. Build the "
        "networks one by one instead, and the same weights come with other biases (the preset *Same weights, other "
        "biases*)."
    )
    yield (
        "A seed fixes a stream of numbers, not the network: who asks first, and for how many, decides. In the last "
        f"table the one seed {config.seed} gave {f.sequences} different sequences. One more draw, a second layer first, "
        "or 16 numbers at a time instead of 8, and everything after it changes."
    )
    yield (
        f"These are the numbers of PyTorch {version} on this server's CPU. PyTorch's notes on "
        "[reproducibility](https://docs.pytorch.org/docs/stable/notes/randomness.html) promise nothing across releases "
        "and platforms, nor between CPU and GPU, even for the same seed. What must stay the same should be saved, not "
        "re-drawn."
    )
