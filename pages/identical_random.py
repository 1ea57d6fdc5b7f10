"""Part 6: the same random numbers twice."""

import secrets

import streamlit as st

from weightkit.experiments import identical_random as experiment
from weightkit.lazy import lazy
from weightkit.ui import lesson
from weightkit.ui.controls import Control

charts = lazy("weightkit.charts.identical_random")

page = lesson.start("identical_random")
page.intro(
    "Random numbers in a computer are made by a formula. A **seed** is where the formula starts: the same seed gives the "
    "same numbers again. Here are four copies of a 2-8-1-1 network. One is drawn without a seed, two (a and b) from the "
    "same seed, one from another."
)
config = page.controls(
    experiment.Config,
    ["weights", "biases", "draw_order", "batches"],
    more=["dataset", "activation", "epochs", "optimizer", "learning_rate", "batch_size", "seed", "entropy"],
    presets=experiment.PRESETS,
    weights={"label": "Xavier weights"},
    draw_order={"label": "Layer order of b"},
    batches={"label": "Batch order of b"},
    batch_size={"options": (8, 16, 32, 64, 128, 360), "slider": True},
    learning_rate={"options": (0.001, 0.003, 0.01, 0.03, 0.1, 0.3), "slider": True},
    entropy={"label": "What the machine picks without a seed"},
)
_, a, other, b = config.networks


def draw_again() -> None:
    st.session_state["entropy"] = secrets.randbelow(10_001)


page.button(
    "Draw again",
    key="draw_again",
    on_click=draw_again,
    icon=":material/casino:",
    help="What a second run of the same program would show. Everything that has a seed stays; everything without one "
    "changes. (The machine's pick is kept in the link, under More settings, so that you can come back to it.)",
)
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
reverse = ", b drawing its layers from output to input" if config.draw_order == "reversed" else ""
page.predict(
    f"Networks a and b have the same seed, {config.seed}. Weights: {MADE[config.weights]}{reverse}. "
    f"Biases: {MADE[config.biases]}. Before training, how alike are they?",
    list(ANSWERS.values()),
)
result = page.run(experiment.run, config, live=charts.live)
alike = charts.same(result.differences)
apart = result.outputs[result.outputs["pair"] == f"{a} - {b}"].set_index("epoch")["difference"]
biases_off = charts.largest(result.differences, "bias")
weights_off = charts.largest(result.differences, "weight")
page.judge(
    ANSWERS[alike],
    f"The largest difference is {weights_off:.3g} in the weights and {biases_off:.3g} in the biases; their outputs differ "
    f"by up to {apart[0]:.3g}.",
)
page.show(charts.weights(result.weights, height=page.height(300)))
with page.below:
    one, two = page.columns(2)
    page.show(charts.differences(result.differences), into=one)
    with two.container(horizontal=True):
        measure = page.pick(Control("measure", "Learning curve of", "loss", options=("loss", "accuracy")))
        split = page.pick(Control("split", "Points", "train", options=("train", "test")))
    page.show(charts.training(result.training, split, measure), into=two)
    three, four = page.columns(2)
    made = (config.biases, config.draw_order)
    page.show(charts.checks(result.checks, made, (a, b)), into=three)
    page.show(charts.calls(result.calls, config.seed), into=four)

sentences = [
    f"**Are {a} and {b} the same network?** {ANSWERS[alike]}; "
    + (
        "before training their outputs are equal for every one of the 400 points. Yes."
        if apart[0] == 0
        else f"before training their outputs differ by up to {apart[0]:.2f}. No: weights and biases must both match."
    ),
]
if apart[0] == 0 and apart.max() == 0:
    sentences.append(
        f"**Is their training identical?** With the same batches in the same order, yes: after {config.epochs} epochs "
        "the outputs still differ by exactly 0."
    )
elif apart[0] == 0:
    parted = apart[apart > 0].index[0]
    sentences.append(
        f"**Is their training identical?** No: the same start, but another batch order. They part in epoch {parted} and "
        f"differ by up to {apart.iloc[-1]:.2f} after epoch {config.epochs}."
    )
else:
    sentences.append(
        f"**Is their training identical?** They start apart, and after epoch {config.epochs} their outputs differ by up to "
        f"{apart.iloc[-1]:.2f}."
    )
ends = result.training.query("split == 'train'").groupby("network", sort=False)["loss"].last()
stuck = charts.stuck(result.training)
sentences.append(
    f"**Does the seed matter for the result?** After training the loss of the four is {ends.min():.3f} to "
    f"{ends.max():.3f}."
    + (
        f" {' and '.join(stuck)} learned nothing (0.693 is the loss of always answering “fifty-fifty”): everything must "
        "pass through the one unit of fc1, and with an unlucky start it passes nothing."
        if stuck
        else ""
    )
)
if config.weights == "seeded":
    ways = result.checks.query("biases in ('seeded together', 'seeded apart') and draw_order == 'same'")
    sentences.append(
        f"**Seed weights and biases together or apart?** Either way {a} and {b} differ by exactly "
        f"{ways['difference'].max():g}. But one way's numbers are not the other's: seeded together, the biases use up "
        "part of the stream, so the layers after the first get other weights."
    )
page.conclude(*sentences)
k = len(set(charts.sequences(result.calls).values()))
page.notes_slip(
    "“The same seed gives the same network” holds for the course's code because all four networks are copies of one "
    "template: only the weights are drawn anew, so the biases are equal **without** any seed. Build the networks one by "
    "one instead, and the same weights come with other biases (the preset *Same weights, other biases*).",
    f"A seed fixes a stream of numbers, not the network: who asks first, and for how many, decides. In the last table the "
    f"one seed {config.seed} gave {k} different sequences. One more draw, a second layer first, or 16 numbers at a time "
    "instead of 8, and everything after it changes.",
    f"These are the numbers of PyTorch {experiment.torch_version()} on this server's CPU. PyTorch's notes on "
    "[reproducibility](https://docs.pytorch.org/docs/stable/notes/randomness.html) promise nothing across releases and "
    "platforms, nor between CPU and GPU, even for the same seed. What must stay the same should be saved, not re-drawn.",
)
page.finish(config, vars(result))
