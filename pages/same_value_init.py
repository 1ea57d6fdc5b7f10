"""Part 2: what happens if every weight starts at the same value?"""

from weightkit.lessons import same_value_init as starts
from weightkit.ui import lesson
from weightkit.ui.controls import Control

page = lesson.start(
    "same_value_init",
    "The **baseline** starts as PyTorch starts every network: with small random weights and biases."
    " Its rivals are the same network, trained on the same batches, but some or all of their"
    " numbers start at one and the same value.",
)
config = page.controls(
    starts.Config,
    ["conditions", "dataset", "epochs", "n_seeds"],
    more=[
        "own_layer",
        "own_parameter",
        "own_value",
        "optimizer",
        "learning_rate",
        "batch_size",
        "seed",
    ],
    presets=starts.PRESETS,
)
told = page.tell(starts, config)
page.show(told.story["accuracy-by-start"])

page.say(
    "### The symmetry microscope\nTwo units of a layer with the same weights and the same bias give"
    " the same output. Where the next layer weighs them alike too, they get the same gradient and"
    " stay the same: one unit, copied. The **rank** of a weight matrix W counts its independent"
    " rows; copies add none."
)
with page.below:
    one, two = page.columns(2)
    with one:
        names = tuple(config.starts)
        look = page.pick(Control("look", "Look at", names[-1], options=names))
    with two:
        layer = page.pick(Control("layer", "Layer", "input", options=tuple(starts.LAYERS)))
    page.show(told.look(starts.charts.microscope, look, layer))
    one, two = page.columns(2)
    page.show(told.look(starts.charts.distinct, look), into=one)
    page.show(told.look(starts.charts.ranks, look), into=two)
page.say("### The numbers themselves")
with page.below:
    parameter = page.pick(
        Control("parameter", "Weights or biases", "weight", options=("weight", "bias"))
    )
    page.show(told.look(starts.charts.histograms, look, layer, parameter))
    for column, stage in zip(page.columns(2), ("before", "after"), strict=True):
        page.show(told.look(starts.charts.by_index, look, layer, parameter, stage), into=column)
page.end(told)
