"""Part 2: what happens if every weight starts at the same value?"""

from weightkit.ui import lesson
from weightkit.ui.controls import Control

page = lesson.start(
    "same_value_init",
    "A network begins with some numbers or other, and training changes them. Does it matter which?"
    " Start with equal ones, add a little chance to them, or leave the chance to weights or to"
    " biases alone.",
)

from weightkit.lessons import same_value_init as lesson_of

TRAINED = ["epochs", "optimizer", "learning_rate", "batch_size", "seed"]
BIASES = [key for key in TRAINED if key != "optimizer"]
NUMBERS = ("histograms", "by-index-before", "by-index-after")
DRAWN = {
    "both": "as histograms",
    "before": "by index, before training",
    "after": "by index, after training",
}


def controls(config: type, keys: list, more: list):
    """The controls of the chosen view; its settings have names of their own in the link."""
    return page.controls(config, keys, more, view.presets, prefix=view.prefix)


def starts() -> None:
    """Starts with equal numbers somewhere, beside the baseline."""
    page.say(
        "The **baseline** starts as PyTorch starts every network: with small random weights and"
        " biases. Its rivals are the same network, trained on the same batches, but some or all of"
        " their numbers start at one and the same value.",
        beside=True,
    )
    config = controls(
        lesson_of.Config,
        ["conditions", "dataset", "epochs"],
        ["n_seeds", "own_layer", "own_parameter", "own_value", *TRAINED[1:]],
    )
    told, charts = page.tell(view.module, config), view.module.charts
    page.show(told.story["accuracy-by-start"])
    page.say(
        "### The symmetry microscope\nTwo units of a layer with the same weights and the same bias"
        " give the same output. Where the next layer weighs them alike too, they get the same"
        " gradient and stay the same: one unit, copied. The **rank** of a weight matrix W counts"
        " its independent rows; copies add none."
    )
    with page.row():
        names = tuple(config.starts)
        at = Control("look", "Under the microscope", names[-1], options=names)
        look = page.pick(at, "microscope", "distinct-units", "ranks", *NUMBERS)
        layers = Control("layer", "Layer", "input", options=tuple(lesson_of.LAYERS))
        layer = page.pick(layers, "microscope", *NUMBERS)
        kinds = Control("parameter", "Weights or biases", "weight", options=("weight", "bias"))
        parameter = page.pick(kinds, *NUMBERS)
    page.show(told.look(charts.microscope, look, layer), with_next=True)
    page.pair(told.look(charts.distinct, look), told.look(charts.ranks, look))
    of = look, layer, parameter
    stages = Control("stage", "The numbers themselves", "both", options=tuple(DRAWN), names=DRAWN)
    picked = page.pick(stages)
    for stage in DRAWN if page.embedded else (picked,):  # a slide shows what its link says
        values = (charts.histograms, *of) if stage == "both" else (charts.by_index, *of, stage)
        page.show(told.look(*values))
    page.end(told, "same_value_init/starts")


def noise() -> None:
    """A constant start, and more and more noise on it."""
    page.say(
        "Every weight starts at one and the same value, every bias at zero. Then each weight gets"
        " a random number of its own on top, from a normal distribution of standard deviation"
        " **e**. At e = 0 the units of a layer are copies of each other.",
        beside=True,
    )
    config = controls(
        lesson_of.NoiseConfig,
        ["constant", "dropout", "dataset"],
        ["n_noises", "n_seeds", *TRAINED],
    )
    told = page.tell(view.module, config)
    page.show(told.story["accuracy-by-noise"])
    page.show(told.story["distinct-by-noise"])
    page.end(told, "same_value_init/noise")


def biases() -> None:
    """Hidden biases far from zero, and random ones."""
    page.say(
        "Formulas for the first random numbers speak of **weights**. Here the weights are random,"
        " by Kaiming's formula, and the hidden **biases** all start at one constant.",
        beside=True,
    )
    config = controls(
        lesson_of.BiasConfig, ["reach", "optimizer", "dataset"], ["n_biases", "n_seeds", *BIASES]
    )
    told = page.tell(view.module, config)
    page.show(told.story["accuracy-by-bias"])
    page.pair(told.story["dead-by-bias"], told.story["three-starts"])
    page.end(told, "same_value_init/biases")


view = page.choose(lesson_of.VIEWS)
{"": starts, "noise": noise, "biases": biases}[view.slug]()
