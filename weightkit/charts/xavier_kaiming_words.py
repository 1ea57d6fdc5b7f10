"""Sentences about the two formulas and the contest: every number in them comes from the frames."""

from __future__ import annotations

import pandas as pd

from .words import listed, p_value, scheme_name
from .xavier_kaiming import spread
from .xavier_kaiming_contest import METRICS, Outcome

DEFAULT = "pytorch_default"
FORMULAS = ("xavier", "kaiming", "orthogonal")  # what a scheme that looks at the layer's size begins with


def drawn(moments: pd.DataFrame, chosen: str) -> list[str]:
    """What the distributions show: theory against measurement of `chosen`, beside PyTorch's default."""
    size, plain, biases = (
        spread(moments, s, p) for s, p in ((chosen, "weight"), (DEFAULT, "weight"), (chosen, "bias"))
    )
    kaiming, xavier = (_row(moments, scheme, "weight", "input") for scheme in ("kaiming_normal", "xavier_normal"))
    others = [spread(moments, s, "weight").std for s in moments["scheme"].unique() if s.startswith(FORMULAS)]
    narrow = ", less than under any other scheme that looks at the size of the layer" if plain.std < min(others) else ""
    sentences = [
        f"{scheme_name(chosen)}, all {size.n:,} weights: standard deviation {size.std:.4f} measured, {size.theory:.4f} by "
        "the formula."
    ]
    if chosen != DEFAULT:
        sentences.append(f"PyTorch's default, all {plain.n:,} weights: {plain.std:.4f}{narrow}.")
    return [
        *sentences,
        f"In the input layer ({kaiming.fan_in:.0f} inputs, {kaiming.fan_out:.0f} outputs) Kaiming's weights have "
        f"{(kaiming.std_measured / xavier.std_measured) ** 2:.2f} times the variance of Xavier's.",
        f"The {biases.n} biases start as PyTorch draws them, under every scheme: at most {max(biases.high, -biases.low):.4f} "
        f"from zero, standard deviation {biases.std:.4f}.",
    ]


def formulas_slip(moments: pd.DataFrame, slope: float) -> list[str]:
    """Where the course's slides slip, with what was measured; `slope` is Kaiming's a."""
    plain, he = (_row(moments, scheme, "weight", "input") for scheme in (DEFAULT, "kaiming_normal"))
    bias = _row(moments, DEFAULT, "bias", "fc1")
    n = int(he.fan_in)
    return [
        r"The slide's $U(-1/\sqrt{N_{in}}, 1/\sqrt{N_{in}})$ is PyTorch's own default for nn.Linear, and $1/\sqrt{N_{in}}$ is "
        f"its **bound**, not a standard deviation. With {n} inputs the largest weight here is {plain['max']:.4f}; the "
        rf"standard deviation is {plain.std_measured:.4f}, and $1/\sqrt{{3 N_{{in}}}}$ = {plain.std_theory:.4f}.",
        r"He's formula is $\mathrm{Var}(w) = 2 / ((1 + a^2) N_{in})$, not $(1 + a^2) / N_{in}$; *a* is the slope of a leaky "
        f"ReLU for negative inputs, 0 for ReLU. With a = {slope:g} and {n} inputs He says {2 / ((1 + slope**2) * n):.4f}, the "
        f"slide {(1 + slope**2) / n:.4f}; measured: {he.std_measured**2:.4f}.",
        "The bound of the biases comes from the number of **inputs**. It only looks like the number of biases where a layer "
        f"is square. Here layer fc1 has {bias.fan_in:.0f} inputs and {bias.fan_out:.0f} biases, and the largest bias is "
        rf"{max(bias['max'], -bias['min']):.4f}; $1/\sqrt{{{bias.fan_in:.0f}}}$ = {bias.fan_in**-0.5:.4f}"
        + (
            rf", $1/\sqrt{{{bias.fan_out:.0f}}}$ = {bias.fan_out**-0.5:.4f}."
            if bias.fan_in != bias.fan_out
            else ": *Layers of unequal width* tells the two apart."
        ),
    ]


def because(tests: pd.DataFrame, who: Outcome) -> str:
    """The verdict on a prediction, with its evidence."""
    p = tests.set_index("metric")["p"]
    return (
        f"{who.sentence} (difference of the training loss: {p_value(p['train_loss'])}, of the test accuracy: "
        f"{p_value(p['test_accuracy'])})."
    )


def fought(final: pd.DataFrame, tests: pd.DataFrame, who: Outcome, n_test: int) -> list[str]:
    """What the contest shows; n_test: samples in the test set."""
    if any(who.lost.values()):
        return [f"{who.sentence}: those that are left are no random sample of the runs."]
    means = final.groupby("init")[list(METRICS)].mean()
    loss, _, test = (row for _, row in tests.set_index("metric").loc[list(METRICS)].iterrows())
    one, other = scheme_name(who.first), scheme_name(who.second)
    luck = "more than luck explains" if who.test else "which can be luck"
    return [
        f"{who.sentence}.",
        f"Training loss: {means.loc[who.first, 'train_loss']:.4f} from {one}, {means.loc[who.second, 'train_loss']:.4f} from "
        f"{other}; the difference is {loss['difference']:.4f} (95 % interval {loss['ci_low']:.4f} to {loss['ci_high']:.4f}, "
        f"{p_value(loss['p'])}).",
        f"Test accuracy: {means.loc[who.first, 'test_accuracy']:.1%} and {means.loc[who.second, 'test_accuracy']:.1%}. That is "
        f"{abs(test['difference']) * n_test:.1f} of the {n_test} test samples, {luck} ({p_value(test['p'])}).",
        "Overfitting: training accuracy is ahead of test accuracy by "
        + listed(
            f"{100 * (means.loc[s, 'train_accuracy'] - means.loc[s, 'test_accuracy']):.1f} points ({scheme_name(s)})"
            for s in (who.first, who.second)
        )
        + ".",
    ]


def contest_slips(tests: pd.DataFrame, who: Outcome, n_test: int) -> list[str]:
    """What the usual reading of such a contest gets wrong."""
    sentences = []
    formula, shape = (a != b for a, b in zip(_parts(who.first), _parts(who.second), strict=True))
    if formula and shape:
        sentences.append(
            f"{scheme_name(who.first)} and {scheme_name(who.second)} differ in **two things at once**: in the formula of the "
            "variance, and in the shape of the distribution. *Like against like* changes the formula alone, *Only the shape "
            "differs* the shape alone; the switch under the learning curves shows all three pairs side by side."
        )
    test = tests.set_index("metric").loc["test_accuracy"]
    if not who.test and not any(who.lost.values()):
        sentences.append(
            "“No significant difference” does not mean “equal”, only that this many runs cannot tell. The interval says what "
            f"is still possible: from {100 * test['ci_low']:+.1f} to {100 * test['ci_high']:+.1f} points of test accuracy."
        )
    return [
        *sentences,
        f"All runs share one split into training and test set ({n_test} test samples) and one order of the batches. They "
        "differ in their first random numbers, and no seed is used twice. So p speaks of the luck of the draw; it says "
        "nothing about other data.",
    ]


def _row(moments: pd.DataFrame, scheme: str, parameter: str, layer: str) -> pd.Series:
    found = moments[(moments["scheme"] == scheme) & (moments["parameter"] == parameter) & (moments["layer"] == layer)]
    return found.iloc[0]


def _parts(scheme: str) -> tuple[str, str]:
    """(formula, shape) of a scheme's name; a name of one word is both."""
    formula, _, shape = scheme.partition("_")
    return formula, shape or formula
