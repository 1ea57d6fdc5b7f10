"""Part 6: the same random numbers twice."""

import secrets

import streamlit as st

from weightkit.ui import lesson
from weightkit.ui.controls import Control

page = lesson.start(
    "identical_random",
    "Random numbers in a computer are made by a formula. A **seed** is where the formula starts:"
    " the same seed gives the same numbers again. Here are four copies of a 2-8-1-1 network: one"
    " without a seed, two (a and b) with the same seed, one with another.",
)

from weightkit.lessons import identical_random as twice

config = page.controls(
    twice.Config,
    ["weights", "biases", "draw_order", "batches"],
    more=[
        "dataset",
        "activation",
        "epochs",
        "optimizer",
        "learning_rate",
        "batch_size",
        "seed",
        "entropy",
    ],
    presets=twice.PRESETS,
)


def draw_again() -> None:
    st.session_state["entropy"] = secrets.randbelow(10_001)


page.button(
    "Draw again",
    key="draw_again",
    on_click=draw_again,
    icon=":material/casino:",
    help=(
        "What a second run of the same program would show. Everything that has a seed stays;"
        " everything without one changes. (The machine's pick is kept in the link, under More"
        " settings, so that you can come back to it.)"
    ),
)
told = page.tell(twice, config)
page.show(told.story["parameters-by-index"])
of = "training-loss", "training-accuracy"
with page.row():
    measure = page.pick(
        Control("measure", "Learning curve of", "loss", options=("loss", "accuracy")), *of
    )
    split = page.pick(Control("split", "Points", "train", options=("train", "test")), *of)
page.pair(told.look(twice.charts.training, split, measure), told.story["differences"])
page.pair(told.story["when-equal"], told.story["ways-to-ask"])
page.end(told)
