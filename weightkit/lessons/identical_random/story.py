"""The question of the same random numbers twice, and what a run answers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...charts.words import between, capital, listed, number, plural
from ..story import Question, Story, Verdict
from .config import SAMPLES, TEST_SAMPLES, Config

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
    drawn = (config.weights, config.biases) != ("copied", "copied")
    order = " Network b draws its layers from output to input."
    reverse = order if config.draw_order == "reversed" and drawn else ""
    return Question(
        f"Networks a and b have the same seed, {config.seed}. Weights: {MADE[config.weights]}."
        f" Biases: {MADE[config.biases]}.{reverse} Before training, how alike are they?",
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
        verdict=_verdict(f),
        figures=(
            charts.weights(r.weights),
            charts.differences(r.differences),
            charts.checks(r.checks, made, f.names[:2]),
            charts.calls(r.calls, config.seed),
        ),
        shows=(_same(f), _training(config, f), _result(config, f), *_together(config, f)),
        slips=tuple(_slips(config, f, torch_version())),
        facts=f,
    )


def _verdict(f: Facts) -> Verdict:
    apart = f"differ by up to {number(f.outputs_before)}" if f.outputs_before else "are equal"
    return Verdict(
        ANSWERS[f.alike],
        f"The largest difference is {number(f.weights_off)} in the weights and"
        f" {number(f.biases_off)} in the biases; their outputs {apart}.",
    )


def _same(f: Facts) -> str:
    a, b, *_ = f.names
    if f.outputs_before:
        said = (
            f"before training their outputs differ by up to {number(f.outputs_before)}. No: weights"
            " and biases must both match."
        )
    elif f.alike == "both":
        said = "before training their outputs are equal for every one of the 400 points. Yes."
    else:
        said = (
            "before training their outputs are equal for every one of the 400 points, and yet: no."
            " Equal answers can come from other numbers, as where a unit passes nothing on."
        )
    return f"**Are {a} and {b} the same network?** {ANSWERS[f.alike]}; {said}"


def _training(config: Config, f: Facts) -> str:
    question = "**Is their training identical?**"
    after = f"after epoch {f.epochs}"
    if math.isfinite(f.outputs_after):
        end = f"{after} their outputs differ by up to {number(f.outputs_after)}"
        if f.outputs_after == 0:
            end = f"{after} their outputs are equal"
    else:
        end = f"{after} the outputs of one of them are no longer finite numbers"
    if f.alike != "both":
        start = "part" if f.parted else "start apart"
        if f.parted is None:
            return f"{question} Their numbers start apart, and yet {end}, as in every epoch before."
        return f"{question} They {start}{f' in epoch {f.parted}' if f.parted else ''}, and {end}."
    if f.parted is None:
        same = (
            "With the same batches in the same order, yes"
            if config.batches == "same"
            else "Yes, in spite of b's other order"
        )
        return (
            f"{question} {same}: after {plural(f.epochs, 'epoch')} the outputs still differ by"
            " exactly 0."
        )
    if config.batches == "same":
        return f"{question} No: they part in epoch {f.parted}, and {end}."
    whole = (
        " Each batch holds all training points: its sum is only added up in another order."
        if config.batch_size >= SAMPLES - TEST_SAMPLES
        else ""
    )
    return (
        f"{question} No: the same start, but another batch order. They part in epoch {f.parted},"
        f" and {end}.{whole}"
    )


def _result(config: Config, f: Facts) -> str:
    question = "**Does the seed matter for the result?**"
    if len(f.lost) == len(f.names):
        return f"{question} After training none of the four has a finite loss: all diverged."
    loss = between(f.loss_low, f.loss_high, ".3f")
    of = f"the {plural(len(f.names) - len(f.lost), 'other')}" if f.lost else "the four"
    said = f"{question} After training the loss of {of} is {loss}."
    if f.lost:
        said = f"{said[: len(question)]} {listed(f.lost)} diverged.{said[len(question) :]}"
    if f.stuck:
        verb = "ends" if len(f.stuck) == 1 else "end"
        said += (
            f" {capital(listed(f.stuck))} {verb} near 0.693, the loss of always answering"
            " “fifty-fifty”."
        )
        if config.activation == "relu":
            said += (
                " Everything must pass through the one unit of fc1, and with ReLU an unlucky start"
                " can make it pass nothing."
            )
    return said


def _together(config: Config, f: Facts) -> Iterator[str]:
    if config.weights != "seeded" or f.ways_off:
        return
    a, b, *_ = f.names
    either = (
        "Either" if config.draw_order == "same" else "With the layers in the same order, either"
    )
    yield (
        f"**Seed weights and biases together or apart?** {either} way {a} and {b} differ by exactly"
        " 0. But one way's numbers are not the other's: seeded together, the biases use up part of"
        " the stream, so the layers after the first get other weights."
    )


def _slips(config: Config, f: Facts, version: str) -> Iterator[str]:
    yield (
        "“The same seed gives the same network” holds for the course's code because all four"
        " networks are copies of one template: only the weights are drawn anew, so the biases are"
        " equal **without** any seed. Build the networks one by one instead, and the same weights"
        " come with other biases (the preset *Same weights, other biases*)."
    )
    yield (
        "A seed fixes a stream of numbers, not the network: who asks first, and for how many,"
        f" decides. In the last table the one seed {config.seed} gave"
        f" {plural(f.sequences, 'different sequence')}. One more draw, a second layer first, or 16"
        " numbers at a time instead of 8, and everything after it changes."
    )
    yield (
        f"These are the numbers of PyTorch {version} on this server's CPU. PyTorch's notes on"
        " [reproducibility](https://docs.pytorch.org/docs/stable/notes/randomness.html) promise"
        " nothing across releases and platforms, nor between CPU and GPU, even for the same seed."
        " What must stay the same should be saved, not re-drawn."
    )
